#include "backend/s3/credentials/region.h"

#include "backend/s3/credentials/profiles.h"

namespace larder::s3 {

std::optional<std::string> region_of_profile(const LookupContext& context) {
  const auto profiles = Profiles::load(context.variables);
  if (!profiles) return std::nullopt;
  const IniSection* const profile = profiles->find(profile_name(context));
  if (profile == nullptr) return std::nullopt;
  auto region = setting(*profile, "region");
  if (region.empty()) return std::nullopt;
  return region;
}

std::string region_for_sts(const LookupContext& context) {
  if (!context.region.empty()) return context.region;
  for (const auto* const name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = context.variables.find(name)) return *region;
  }
  return region_of_profile(context).value_or("us-east-1");
}

}  // namespace larder::s3
