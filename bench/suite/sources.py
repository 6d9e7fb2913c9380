"""The translation units that are measured. They are generated, the same ones on every machine, and
stand for what projects have: a small C file, a usual C++ file, one with very many headers, and one
with a very large object."""

from dataclasses import dataclass
from pathlib import Path

# What caches are told apart by: a number in a comment, which each edit makes another one.
EDIT = "/* edit 000000 */\n"
EDIT_OFFSET = EDIT.index("0")

STANDARD_HEADERS = (
    "algorithm array atomic chrono filesystem functional future iostream map memory mutex numeric "
    "optional random regex set shared_mutex string thread tuple unordered_map variant vector"
).split()


@dataclass(frozen=True)
class Unit:
    """One translation unit, compiled as CMake would: object and depfile in one run."""

    name: str
    title: str
    directory: Path
    compiler: str
    options: tuple[str, ...]
    source: str  # its file's name

    @property
    def object(self) -> Path:
        return self.directory / "unit.o"

    @property
    def depfile(self) -> Path:
        return self.directory / "unit.d"

    @property
    def has_debug_information(self) -> bool:
        return "-g" in self.options

    def arguments(self) -> list[str]:
        """Of the compiler, which is not among them."""
        depfile = ("-MD", "-MT", self.object.name, "-MF", self.depfile.name)
        return [*self.options, *depfile, "-o", self.object.name, "-c", self.source]

    def headers(self) -> list[str]:
        """Those that the depfile of the last compile names, as it does."""
        words = self.depfile.read_text().replace("\\\n", " ").split()
        return words[2:]  # after the target and the source

    def file(self, name: str) -> Path:
        return self.directory / name


def generate(directory: Path, is_small: bool) -> list[Unit]:
    """Writes all units below an empty directory, or with `is_small` two that compile at once."""
    tiny = _tiny(directory / "tiny")
    if is_small:
        few_headers = ["algorithm", "map", "string", "vector"]
        return [tiny, _large(directory / "large", 1, few_headers)]
    return [
        tiny,
        _medium(directory / "medium"),
        _heavy(directory / "heavy", 40),
        _large(directory / "large", 72, STANDARD_HEADERS),
    ]


def _write(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def _includes(names: list[str]) -> str:
    return "".join(f"#include <{name}>\n" for name in names)


def _tiny(directory: Path) -> Unit:
    text = "#include <stdio.h>\n\nint main(void) { return puts(\"hello\"); }\n"
    source = _write(directory, "unit.c", EDIT + text)
    return Unit("tiny", "C, stdio", directory, "gcc", ("-O2",), source)


def _medium(directory: Path) -> Unit:
    text = _includes(STANDARD_HEADERS) + """
bool is_version(const std::string& text) {
  static const std::regex version("([0-9]+)[.]([0-9]+)");
  return std::regex_match(text, version);
}
"""
    source = _write(directory, "unit.cc", EDIT + text)
    return Unit("medium", "C++, standard library", directory, "g++", ("-O2",), source)


HEAVY_HEADER = """#pragma once

{includes}
namespace part{part} {{

/// What step {item} of part {part} keeps: how often it ran, and what it has added up since then.
/// A step is used by one thread at a time; its name, which must stay valid for as long as the step
/// itself does, is what reports show it by. Totals wrap around as unsigned numbers do.
struct Step{item} {{
  const char* name = "part {part}, step {item}";
  unsigned long runs = 0;
  unsigned long total = 0;
}};

/// Runs the step once: adds `amount`, in units of {scale}, and returns the total after it. What was
/// added before is kept. Takes a few instructions and cannot fail.
inline unsigned long run(Step{item}& step, unsigned long amount) {{
  ++step.runs;
  step.total += amount * {scale}UL;
  return step.total;
}}

/// The average over all runs, rounded towards zero, or nothing added if it never ran.
template <typename Number>
Number average(const Step{item}& step) {{
  return step.runs == 0 ? Number() : static_cast<Number>(step.total / step.runs);
}}

}}  // namespace part{part}
"""


def _heavy(directory: Path, parts: int, items: int = 60) -> Unit:
    """Directories of headers, each of which includes the one before; one for each part is found
    by -I, the others beside the one that includes them."""
    lines = []
    for part in range(parts):
        for item in range(items):
            before = f'#include "step{item - 1}.h"\n' if item else ""
            text = HEAVY_HEADER.format(includes=before, part=part, item=item, scale=item + 1)
            _write(directory, f"include/part{part}/step{item}.h", text)
        lines.append(f'#include "part{part}/step{items - 1}.h"\n')
    for part in range(parts):
        lines.append(f"\nunsigned long run_part{part}(unsigned long amount) {{\n")
        for item in range(items):
            lines.append(f"  static part{part}::Step{item} step{item};\n")
            lines.append(f"  amount += part{part}::run(step{item}, amount);\n")
        lines.append("  return amount;\n}\n")
    # Messages, as programs have them, make up the rest of the object.
    lines.append("\nextern const char* const messages[] = {\n")
    for number in range(parts * 40):
        words = " ".join(f"{word}{number * 7919 % (97 + 8 * at)}" for at, word in
                         enumerate("step part total run unit amount limit name".split()))
        lines.append(f'  "error {number}: {words}",\n')
    lines.append("};\n")
    source = _write(directory, "unit.cc", EDIT + "".join(lines))
    options = ("-O2", "-Iinclude")
    return Unit("heavy", "C++, thousands of headers", directory, "g++", options, source)


LARGE_PART = """
struct Part{number} {{
  int id = 0;
  std::string name;
}};

bool operator<(const Part{number}& a, const Part{number}& b) {{ return a.id < b.id; }}

std::map<int, Part{number}> sorted(std::vector<Part{number}>& parts) {{
  std::sort(parts.begin(), parts.end());
  std::map<int, Part{number}> found;
  for (const Part{number}& part : parts) found.emplace(part.id, part);
  return found;
}}
"""


def _large(directory: Path, parts: int, headers: list[str]) -> Unit:
    """Templates of the standard library instantiated again and again, with debug information."""
    bodies = "".join(LARGE_PART.format(number=number) for number in range(parts))
    source = _write(directory, "unit.cc", EDIT + _includes(headers) + bodies)
    return Unit("large", "C++, large object with `-g`", directory, "g++", ("-O0", "-g"), source)
