#include "backend/disk/disk_subject.h"

namespace larder::conformance {
namespace {

const StoreFactory kPacked = disk_factory(DiskLayout::packed);
const StoreFactory kDirectory = disk_factory(DiskLayout::directory);

INSTANTIATE_TEST_SUITE_P(Disk, StoreConformance,
                         testing::Values(kPacked, kDirectory,
                                         in_namespaces("view", kPacked, {"compile"}),
                                         in_namespaces("view_of_view", kPacked, {"ab", "tenant"}),
                                         in_namespaces("directory_view", kDirectory, {"compile"})),
                         name_of_case);

}  // namespace
}  // namespace larder::conformance
