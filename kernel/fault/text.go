package fault

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text checks text that came from outside and returns it in Unicode
// normalisation form C: valid UTF-8, no NUL and no control character, no
// bidirectional override, at most limit runes (and four times as many bytes).
// What is wrong is recorded under path and the text is returned unchanged.
// An empty text passes; see Required.
func (c *Check) Text(path, s string, limit int) string {
	return c.text(path, s, limit, false)
}

// Required is Text for text that must not be empty.
func (c *Check) Required(path, s string, limit int) string {
	if s == "" {
		c.Add(path, "required", "must not be empty")
		return s
	}
	return c.text(path, s, limit, false)
}

// Lines is Text for text in which newlines and tabs are meant.
func (c *Check) Lines(path, s string, limit int) string {
	return c.text(path, s, limit, true)
}

func (c *Check) text(path, s string, limit int, lines bool) string {
	if len(s) > 4*limit {
		c.Add(path, "too_long", fmt.Sprintf("must have at most %d characters", limit))
		return s
	}
	if !utf8.ValidString(s) {
		c.Add(path, "not_utf8", "must be valid UTF-8")
		return s
	}
	for _, r := range s {
		if lines && (r == '\n' || r == '\t' || r == '\r') {
			continue
		}
		if unicode.IsControl(r) || isBidiControl(r) {
			c.Add(path, "control_character", "must not contain control characters")
			return s
		}
	}
	s = norm.NFC.String(s)
	if utf8.RuneCountInString(s) > limit {
		c.Add(path, "too_long", fmt.Sprintf("must have at most %d characters", limit))
	}
	return s
}

// isBidiControl tells the overrides and isolates that let text show in another
// order than it is stored (Unicode Technical Report 36, 2.4).
func isBidiControl(r rune) bool {
	return (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}
