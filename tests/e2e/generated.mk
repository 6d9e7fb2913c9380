# Builds the project of project.bash into the working directory: objects, depfiles, and in .said what
# the compiler said. LAUNCHER is what runs the compilers.
project := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
flags := -Wall -g -ffile-prefix-map=$(project)=. -I$(project)/include -MD

all: $(sort $(patsubst %,%.o,$(basename $(notdir $(wildcard $(project)/src/*)))))

%.o: $(project)/src/%.c
	$(LAUNCHER) gcc $(flags) -c $< -o $@ 2>$*.said

%.o: $(project)/src/%.cc
	$(LAUNCHER) g++ $(flags) -c $< -o $@ 2>$*.said
