package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// errOutput says that nobody could read the story.
var errOutput = errors.New("the output cannot be written")

// report writes the story: numbered steps, lines and tables.
type report struct {
	w    io.Writer
	step int
	err  error // the first one of writing; nothing is written after it
}

func (r *report) print(text string) {
	if r.err == nil {
		if _, err := io.WriteString(r.w, text); err != nil {
			r.err = fmt.Errorf("%w: %w", errOutput, err)
		}
	}
}

// begin begins the next step.
func (r *report) begin(title string) {
	r.step++
	r.print(fmt.Sprintf("\n%2d  %s\n\n", r.step, title))
}

// say writes one line.
func (r *report) say(format string, args ...any) {
	r.print(strings.TrimRight("    "+fmt.Sprintf(format, args...), " ") + "\n")
}

// fact writes a name and a value.
func (r *report) fact(name, value string) { r.say("%-10s %s", name, value) }

// table writes rows under a head. A column whose head begins with '>' is
// aligned to the right.
func (r *report) table(head string, rows ...[]string) {
	names := strings.Split(head, "|")
	right := make([]bool, len(names))
	for i, n := range names {
		names[i], right[i] = strings.CutPrefix(strings.TrimSpace(n), ">")
	}
	width := make([]int, len(names))
	for _, row := range append([][]string{names}, rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(row []string) {
		cells := make([]string, len(row))
		for i, cell := range row {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if cells[i] = cell + gap; right[i] {
				cells[i] = gap + cell
			}
		}
		r.say("%s", strings.Join(cells, "  "))
	}
	line(names)
	rule := make([]string, len(names))
	for i := range rule {
		rule[i] = strings.Repeat("-", width[i])
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
}
