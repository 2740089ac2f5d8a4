package lifecycle

import (
	"fmt"
	"strings"
)

// Mermaid draws the table as a Mermaid state diagram (stateDiagram-v2). The
// text is the same for equal tables, so it can be kept as a golden file.
func (m Table[S, T]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "    [*] --> %s\n", m.Initial)
	for _, s := range m.States() {
		for _, t := range m.Allowed(s) {
			fmt.Fprintf(&b, "    %s --> %s : %s\n", s, m.Moves[s][t], t)
		}
		if m.Final(s) {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	return b.String()
}
