# Sourced by tests that run what the README and other pages show.

# snippet NAME [PAGE]: the code block of PAGE (README.md) that follows the comment
# `<!-- test: NAME -->`.
snippet() {
  awk -v mark="<!-- test: $1 -->" '
    $0 == mark { wanted = 1 }
    wanted && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }
    END { exit !inside }
  ' "$PROJECT_SOURCE_DIR/${2:-README.md}"
}
