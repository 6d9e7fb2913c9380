#include "support/usual_headers.h"
