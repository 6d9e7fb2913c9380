# Sourced by tests that run what the README shows.

# snippet NAME: the README's code block that follows the comment `<!-- test: NAME -->`.
snippet() {
  awk -v mark="<!-- test: $1 -->" '
    $0 == mark { wanted = 1 }
    wanted && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }
    END { exit !inside }
  ' "$PROJECT_SOURCE_DIR/README.md"
}
