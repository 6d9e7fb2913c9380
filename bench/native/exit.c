// A program that does nothing: what starting a process costs, linked statically and dynamically.

int main(void) { return 0; }
