// The start of the static program `larder`, in place of glibc's own __libc_start_main.
//
// glibc asks the processor for its features, its caches and the size of each register state before
// it runs main(): some fifty `cpuid` instructions, each of which a hypervisor answers in 3 to 6 us.
// That is a quarter of a small hit. This start makes the same calls into glibc in the same order,
// all but that: libc then knows of no feature and uses its routines for every x86-64 (SSE2).
//
// What libc is told here is internal to it, so this is for the one version that it was written and
// tested with. CMakeLists.txt leaves it out where it does not build or does not run, and the program
// then starts as any other does. doc/adr/0017-start.md has the reasons.
//
// What a program started like this must not do: pthread_exit() in the first thread.

#include <elf.h>
#include <features.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if !defined(__x86_64__) || !defined(__GLIBC__) || __GLIBC__ != 2 || __GLIBC_MINOR__ != 36
#error "written for glibc 2.36 on x86-64"
#endif

typedef int Main(int argc, char** argv, char** environment);
typedef void Hook(int argc, char** argv, char** environment);

// glibc's, in the order of their use.
extern char** __environ;
extern void* __libc_stack_end;
void _dl_aux_init(Elf64_auxv_t* auxiliary);
void __tunables_init(char** environment);
void __libc_setup_tls(void);
extern void* _dl_random;  // 16 bytes of the kernel's
int __cxa_atexit(void (*function)(void*), void* argument, void* object);
void __libc_early_init(_Bool is_initial);
void __libc_init_first(int argc, char** argv, char** environment);
extern int __libc_enable_secure;
void __libc_check_standard_fds(void);
void _dl_debug_initialize(Elf64_Addr load_bias, long name_space);

// The linker's and the compiler's.
extern const Elf64_Rela __rela_iplt_start[];
extern const Elf64_Rela __rela_iplt_end[];
extern Hook* const __preinit_array_start[];
extern Hook* const __preinit_array_end[];
extern Hook* const __init_array_start[];
extern Hook* const __init_array_end[];
extern void (*const __fini_array_start[])(void);
extern void (*const __fini_array_end[])(void);
void _init(void);
void _fini(void);

// What libc's copying routines go by, which they find where the start that is replaced here leaves
// it. The sizes are those that libc assumes where it finds out nothing.
long __x86_data_cache_size = 32 << 10;
long __x86_data_cache_size_half = 16 << 10;
long __x86_shared_cache_size = 1 << 20;
long __x86_shared_cache_size_half = 512 << 10;
long __x86_shared_non_temporal_threshold = 768 << 10;
long __x86_rep_movsb_threshold = 2 << 10;
long __x86_rep_stosb_threshold = 2 << 10;
long __x86_rep_movsb_stop_threshold = 768 << 10;
int __x86_string_control = 0;

// Chooses the variants of libc's routines.
static void relocate_indirect_functions(void) {
  for (const Elf64_Rela* entry = __rela_iplt_start; entry < __rela_iplt_end; ++entry) {
    if (ELF64_R_TYPE(entry->r_info) != R_X86_64_IRELATIVE) abort();
    Elf64_Addr (*const choose)(void) = (Elf64_Addr(*)(void))entry->r_addend;
    *(Elf64_Addr*)entry->r_offset = choose();
  }
}

// The values that stack protectors and stored addresses are guarded with, at their places in the
// thread's control block.
static void set_guards(void) {
  const uintptr_t* random = _dl_random;
  const uintptr_t stack_guard = random[0] & ~(uintptr_t)0xFF;  // its first byte ends a string
  __asm__ volatile("movq %0, %%fs:0x28" : : "r"(stack_guard));
  __asm__ volatile("movq %0, %%fs:0x30" : : "r"(random[1]));
}

static void call_finalizers(void* unused) {
  (void)unused;
  for (size_t left = (size_t)(__fini_array_end - __fini_array_start); left > 0; --left) {
    __fini_array_start[left - 1]();
  }
  _fini();
}

static void call_initializers(int argc, char** argv) {
  for (Hook* const* hook = __preinit_array_start; hook < __preinit_array_end; ++hook) {
    (*hook)(argc, argv, __environ);
  }
  _init();
  for (Hook* const* hook = __init_array_start; hook < __init_array_end; ++hook) {
    (*hook)(argc, argv, __environ);
  }
}

// Called by crt1.o. Compiled without a stack protector, whose guard it sets.
_Noreturn int __libc_start_main(Main* main, int argc, char** argv, void* unused_init,
                                void* unused_fini, void* unused_loader, void* stack_end) {
  (void)unused_init;
  (void)unused_fini;
  (void)unused_loader;  // a static program has none
  __environ = argv + argc + 1;
  __libc_stack_end = stack_end;
  char** word = __environ;
  while (*word != NULL) ++word;
  _dl_aux_init((Elf64_auxv_t*)(word + 1));
  __tunables_init(__environ);
  relocate_indirect_functions();
  __libc_setup_tls();
  set_guards();
  __libc_early_init(1);
  __libc_init_first(argc, argv, __environ);
  __cxa_atexit(call_finalizers, NULL, NULL);
  if (__libc_enable_secure) __libc_check_standard_fds();
  call_initializers(argc, argv);
  _dl_debug_initialize(0, 0);
  exit(main(argc, argv, __environ));
}
