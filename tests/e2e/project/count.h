#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Number of letters in a text of ASCII.
int count_letters(const char* text);

#ifdef __cplusplus
}
#endif
