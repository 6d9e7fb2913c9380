#include "backend/s3/signer.h"
