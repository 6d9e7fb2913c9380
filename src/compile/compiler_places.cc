#include "compile/compiler_places.h"

#include "compile/find_program.h"
#include "compile/plain_path.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <cstdlib>

namespace larder::compile {
namespace {

/// Calls `visit` with each component of a variable that lists directories.
template <typename Visit>
void for_each_component(const char* variable, Visit visit) {
  const char* value = std::getenv(variable);
  std::string_view rest = value != nullptr ? value : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    visit(std::string(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

/// The driver's own directory, its links followed; with a slash at the end.
std::string real_directory(const std::string& path) {
  const auto real = real_path(path);
  return real ? std::string(directory_part(*real)) : std::string();
}

class Places {
 public:
  Places(const CompilerQuery& query, const DriverProbe& probe) : probe_(probe) {
    for (const std::string& program : probe.programs) names_.emplace_back(base_name(program));
    for (const std::string_view tool : query.tools) names_.emplace_back(tool);
    if (probe.kind == CompilerKind::gcc) find_installation();
    add_option_prefixes(query.search_arguments);
    for_each_component("COMPILER_PATH", [this](const auto& prefix) { add_programs(prefix); });
    for_each_component("LIBRARY_PATH", [this](const auto& prefix) { add_specs(prefix); });
    if (const char* prefix = std::getenv("GCC_EXEC_PREFIX"); prefix != nullptr) {
      add_programs(prefix);
      add_specs(prefix);
    }
    for (const std::string& program : probe.programs) add_path_ahead(program);
    if (probe.kind == CompilerKind::clang) add_configuration_files(query.path);
  }

  /// Each once.
  std::vector<std::string> take() {
    std::ranges::sort(places_);
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    return std::move(places_);
  }

 private:
  /// gcc's programs lie in .../MACHINE/VERSION/, and it looks for these two below each prefix.
  void find_installation() {
    const auto compiler = std::ranges::find_if(probe_.programs, [](const std::string& program) {
      return base_name(program).starts_with("cc1");
    });
    if (compiler == probe_.programs.end()) return;
    const std::filesystem::path directory =
        std::filesystem::path(*compiler).parent_path().lexically_normal();
    const std::string version = directory.filename();
    const std::string machine = directory.parent_path().filename();
    suffixes_ = {machine + "/" + version + "/", machine + "/", ""};
    for (const auto& installed : {directory, directory.parent_path()}) {
      for (const char* name : {"as", "specs"}) places_.push_back(installed / name);
    }
  }

  void add_option_prefixes(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& argument = arguments[i];
      if (!argument.starts_with("-B")) continue;
      const bool is_separate = argument.size() == 2;
      if (is_separate && i + 1 == arguments.size()) return;
      const std::string prefix = is_separate ? arguments[++i] : argument.substr(2);
      add_programs(prefix);
      add_specs(prefix);
    }
  }

  void add_programs(const std::string& prefix) {
    for (const std::string& suffix : suffixes_) {
      for (const std::string& name : names_) add_place(prefix, suffix + name);
    }
  }

  void add_specs(const std::string& prefix) {
    if (probe_.kind != CompilerKind::gcc) return;
    for (const std::string& suffix : suffixes_) add_place(prefix, suffix + "specs");
  }

  /// A prefix is put before names as it is; but one that is a directory gets a slash.
  void add_place(const std::string& prefix, const std::string& name) {
    std::error_code error;
    const bool is_directory = std::filesystem::is_directory(prefix, error);
    if (!prefix.ends_with('/')) places_.push_back(prefix + "/" + name);
    if (prefix.ends_with('/') || !is_directory) places_.push_back(prefix + name);
  }

  /// The directories of PATH before the one that has the program, if one has.
  void add_path_ahead(const std::string& program) {
    const std::string_view name = base_name(program);
    std::vector<std::string> ahead;
    bool is_found = false;
    for_each_component("PATH", [&](const std::string& directory) {
      if (is_found) return;
      std::string place = (directory.empty() ? "." : directory) + "/" + std::string(name);
      is_found = place == program;
      ahead.push_back(std::move(place));
    });
    if (!is_found) return;
    ahead.pop_back();
    places_.insert(places_.end(), ahead.begin(), ahead.end());
  }

  /// clang 16 reads those that lie beside it without being told to.
  void add_configuration_files(const std::string& driver) {
    const auto option = std::ranges::find(probe_.flags, "-triple");
    const std::string directory = real_directory(driver);
    if (option == probe_.flags.end() || option + 1 == probe_.flags.end() || directory.empty()) {
      return;
    }
    const std::string& triple = *(option + 1);
    const bool is_cpp = base_name(driver).find("++") != std::string_view::npos;
    const std::string mode = is_cpp ? "clang++" : "clang";
    const std::string both = triple + "-" + mode;
    for (const std::string& name : {both, mode, triple}) {
      places_.emplace_back(directory).append(name).append(".cfg");
    }
  }

  const DriverProbe& probe_;
  std::vector<std::string> names_;
  std::vector<std::string> suffixes_ = {""};
  std::vector<std::string> places_;
};

}  // namespace

std::vector<std::string> places_ahead(const CompilerQuery& query, const DriverProbe& probe) {
  return Places(query, probe).take();
}

}  // namespace larder::compile
