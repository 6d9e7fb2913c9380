# Gives two of JsonCpp's targets a precompiled header each, once all of them are there.
cmake_language(DEFER CALL
  target_precompile_headers jsoncpp_lib PRIVATE <algorithm> <map> <string> <vector>)
cmake_language(DEFER CALL
  target_precompile_headers jsoncpp_test PRIVATE <iomanip> <limits> <sstream> <string>)
