package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// errOutput says that nobody could read the story.
var errOutput = errors.New("the output cannot be written")

// report writes the story: headings, lines and tables.
type report struct {
	w   io.Writer
	err error // the first one of writing; nothing is written after it
}

func (r *report) print(text string) {
	if r.err == nil {
		if _, err := io.WriteString(r.w, text); err != nil {
			r.err = fmt.Errorf("%w: %w", errOutput, err)
		}
	}
}

// begin writes a heading.
func (r *report) begin(title string) { r.print("\n" + title + "\n\n") }

// say writes one line.
func (r *report) say(format string, args ...any) {
	r.print(strings.TrimRight("    "+fmt.Sprintf(format, args...), " ") + "\n")
}

// gap writes an empty line.
func (r *report) gap() { r.print("\n") }

// fact writes a name and a value.
func (r *report) fact(name, format string, args ...any) {
	r.say("%-14s %s", name, fmt.Sprintf(format, args...))
}

// no writes what the engine has refused, and why: the fields, if it names some,
// or else the sentence that may be shown to anyone. What was to be refused and
// was not is an error.
func (r *report) no(name string, err error, kind fault.Kind) error {
	if !errors.Is(err, kind) {
		return fmt.Errorf("%s: it should have been refused as %s, but: %w", name, string(kind), errors.Join(errAllowed, err))
	}
	text := fault.Public(err)
	if fields := fault.FieldsOf(err); kind == fault.Invalid && len(fields) > 0 {
		text = fields[0].Path + " " + fields[0].Text
	}
	r.fact(name, "no: %s", text)
	return nil
}

// errAllowed says that something went through that must not.
var errAllowed = errors.New("it was not refused")

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

// amount writes money for people.
func amount(a money.Amount) string { return money.Format(a, here().Locale) }

// day and moment write times for people.
func day(t time.Time) string    { return t.Format("Monday, 2 January 2006") }
func moment(t time.Time) string { return t.Format("2 January 15:04") }

// plural writes a number of things.
func plural(n int, thing string) string {
	text := thousands(n) + " " + thing
	if n != 1 {
		text += "s"
	}
	return text
}

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// short is the beginning of a long text.
func short(text string, letters int) string {
	if len(text) <= letters {
		return text
	}
	return text[:letters] + "..."
}
