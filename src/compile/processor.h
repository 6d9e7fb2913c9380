#pragma once

#include <string>

namespace larder::compile {

/// What this machine's processor is, as far as `-march=native` and kin can follow from it: opaque,
/// equal for all cores of a kind, never empty. Machines that differ in it may still agree on what
/// native means. About 20 CPUID instructions on x86, which a virtual machine traps; elsewhere a
/// read of /proc/cpuinfo. Thread-safe. Source: gcc's host detection (driver-i386.cc and kin),
/// LLVM's Host.cpp.
std::string describe_processor();

}  // namespace larder::compile
