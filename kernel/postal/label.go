package postal

import (
	"slices"
	"strings"
	"unicode"
)

// Label returns the lines of the address as people in its country write them,
// without the country. An address in Latin letters in a country that usually
// writes others is set in the order for Latin letters. An unknown country is
// set like most: name, company, street, city. It changes no capitals.
func (a Address) Label() []string {
	r, ok := rulesOf(a.Country)
	if !ok {
		r.format = "%N%n%O%n%A%n%C"
	}
	format := r.format
	if r.latin != "" && a.isLatin() {
		format = r.latin
	}
	return a.set(pruned(parse(format), a))
}

// ParcelLabel returns the lines for a parcel sent from the country from: what
// the post of the destination wants in capitals is in capitals, and a parcel
// that crosses a border names its country in English in the last line.
func (a Address) ParcelLabel(from string) []string {
	r, _ := rulesOf(a.Country)
	up := a
	up.Lines = slices.Clone(a.Lines)
	for _, letter := range r.upper {
		if letter == 'A' {
			for i, l := range up.Lines {
				up.Lines[i] = strings.ToUpper(l)
			}
		} else if f := fieldOf(&up, letter); f != nil {
			*f = strings.ToUpper(*f)
		}
	}
	lines := up.Label()
	if from != a.Country && r.name != "" {
		lines = append(lines, r.name)
	}
	return lines
}

// fieldOf returns the field that a letter of a format stands for, and nil for
// the street lines.
func fieldOf(a *Address, letter rune) *string {
	switch letter {
	case 'N':
		return &a.Name
	case 'O':
		return &a.Company
	case 'D':
		return &a.District
	case 'C':
		return &a.City
	case 'S':
		return &a.Region
	case 'Z':
		return &a.Postcode
	case 'X':
		return &a.Sorting
	default:
		return nil
	}
}

// token is one part of a format: a field by its letter, a new line by 'n', or
// else a literal.
type token struct {
	letter  rune
	literal string
}

func (t token) isField() bool { return t.letter != 0 && t.letter != 'n' }

func parse(format string) []token {
	var ts []token
	percent := false
	for _, r := range format {
		last := len(ts) - 1
		switch {
		case percent:
			ts = append(ts, token{letter: r})
			percent = false
		case r == '%':
			percent = true
		case last >= 0 && ts[last].letter == 0:
			ts[last].literal += string(r)
		default:
			ts = append(ts, token{literal: string(r)})
		}
	}
	return ts
}

// pruned drops the fields that are empty and the literals that belong to them:
// the comma of "City, Region" goes if either is missing.
func pruned(ts []token, a Address) []token {
	var kept []token
	for i, t := range ts {
		var keep bool
		switch {
		case t.letter == 'n':
			keep = true
		case t.isField():
			keep = !a.lacks(t.letter)
		default:
			before := i == 0 || !ts[i-1].isField() || (len(kept) > 0 && kept[len(kept)-1].isField())
			after := i+1 == len(ts) || !ts[i+1].isField() || !a.lacks(ts[i+1].letter)
			keep = before && after
		}
		if keep {
			kept = append(kept, t)
		}
	}
	return kept
}

func (a Address) lacks(letter rune) bool {
	if letter == 'A' {
		return len(a.Lines) == 0
	}
	f := fieldOf(&a, letter)
	return f == nil || *f == ""
}

// set writes the tokens into lines. Street lines keep their breaks; whatever
// stands before or after them joins the first or the last.
func (a Address) set(ts []token) []string {
	var lines []string
	var line strings.Builder
	flush := func() {
		if s := strings.TrimSpace(line.String()); s != "" {
			lines = append(lines, s)
		}
		line.Reset()
	}
	for _, t := range ts {
		switch {
		case t.letter == 'n':
			flush()
		case t.letter == 'A':
			for i, l := range a.Lines {
				if i > 0 {
					flush()
				}
				line.WriteString(l)
			}
		case t.letter != 0:
			line.WriteString(*fieldOf(&a, t.letter))
		default:
			line.WriteString(t.literal)
		}
	}
	flush()
	return lines
}

// isLatin reports whether every letter of the address is a Latin one.
func (a Address) isLatin() bool {
	all := append([]string{a.Name, a.Company, a.District, a.City, a.Region}, a.Lines...)
	for _, r := range strings.Join(all, "") {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}
