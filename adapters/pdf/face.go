package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"github.com/kontor-go/kontor/kernel/fault"
)

// face is one font.
type face struct {
	style string // as the document knows it: "" or "B"
	ttf   []byte
	font  *sfnt.Font
}

// errFont says that the writer cannot embed a font which is one otherwise.
var errFont = errors.New("pdf: not a TrueType font")

func readFace(style string, ttf []byte) (face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return face{}, err
	}
	if !bytes.HasPrefix(ttf, []byte{0, 1, 0, 0}) && !bytes.HasPrefix(ttf, []byte("true")) {
		return face{}, errFont // outlines of another kind, or a collection
	}
	return face{style: style, ttf: ttf, font: f}, nil
}

// scripts are those whose letters stand one after the other, from left to right,
// and each for itself.
func scripts() []*unicode.RangeTable {
	return []*unicode.RangeTable{
		unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul, unicode.Common,
	}
}

// shows reports whether the font shows a letter as it is meant.
func (f face) shows(r rune) bool {
	const last = 0xFFFF // of the letters that the writer can name
	if r > last || unicode.Is(unicode.C, r) || unicode.Is(unicode.M, r) || !unicode.In(r, scripts()...) || unicode.Is(unicode.Hangul, r) && r < 0xAC00 {
		return false
	}
	var b sfnt.Buffer
	i, err := f.font.GlyphIndex(&b, r)
	return err == nil && i != 0
}

// check records the first letter of a text that the font cannot show, and
// returns the text in the form in which letters and their accents are one. Of
// what cannot be shown nothing is returned: the writer must not see it.
func (f face) check(c *fault.Check, path, text string) string {
	if !c.That(utf8.ValidString(text), path, "not_utf8", "must be UTF-8") {
		return ""
	}
	text = norm.NFC.String(text)
	for _, r := range text {
		if !f.shows(r) {
			c.Add(path, "unprintable", fmt.Sprintf("has the letter %U, which the font cannot show", r))
			return ""
		}
	}
	return text
}

// setter sets texts in a document.
type setter struct{ *fpdf.Fpdf }

// least is the smallest size of letters that people read, in points.
const least = 4

// text sets one line in a font of a size, or in a smaller one so that it takes
// no more than a width. A line that would have to be smaller than anybody reads
// is recorded.
func (s setter) text(c *fault.Check, path string, l line) {
	if l.text == "" {
		return
	}
	s.SetFont(family, l.face.style, l.size)
	if w := s.GetStringWidth(l.text); w > l.width {
		l.size *= l.width / w
		c.That(l.size >= least, path, "too_long", "does not fit")
		s.SetFontSize(l.size)
	}
	s.Text(l.x, l.baseline, l.text)
}

// line is a text and its place, in points.
type line struct {
	face                     face
	text                     string
	x, baseline, size, width float64
}
