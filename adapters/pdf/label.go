package pdf

import (
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/code128"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/shipping"
)

// A label is laid out on a grid of four by six inches of 203 dots, which is that
// of the usual label printers, and scaled to the size of the paper.
const (
	gridWidth  = 812
	gridHeight = 1218
	margin     = 40
	inner      = gridWidth - 2*margin
)

// The barcode: how wide its narrowest bar is, at most and at least, in dots. What
// is narrower is not read reliably. quiet is the white that it needs on either
// side, in narrowest bars.
const (
	widestBar    = 3
	narrowestBar = 1.5
	quiet        = 10
	barTop       = 880
	barHeight    = 200
)

// PrintLabel draws a label. A text with a letter that cannot be shown, one that
// is too long for its place, and a number that is none or too long for a barcode
// are Invalid errors that name the field.
func (p *Printer) PrintLabel(t shipping.LabelText) (format string, body []byte, err error) {
	var c fault.Check
	bars := bars(&c, t.Number)
	d := p.document(p.label)
	d.AddPage()
	scale := min(p.label.Wd/gridWidth, p.label.Ht/gridHeight)
	s := sheet{
		setter: setter{d}, check: &c, scale: scale,
		left: (p.label.Wd - gridWidth*scale) / 2, top: (p.label.Ht - gridHeight*scale) / 2,
	}
	s.line("carrier", p.bold, place{margin, 40, 50, 500}, t.Carrier)
	s.line("service", p.bold, place{560, 40, 50, gridWidth - 560 - margin}, t.Service)
	s.rule(110)
	s.block("from", p.regular, area{130, 230, 22}, t.From)
	s.rule(370)
	s.block("to", p.bold, area{395, 440, 42}, t.To)
	s.rule(850)
	s.bars(bars)
	s.line("number", p.regular, place{margin, barTop + barHeight + 14, 30, inner}, t.Number)
	s.line("reference", p.regular, place{margin, 1150, 28, 500}, t.Reference)
	s.line("weight", p.regular, place{560, 1150, 28, gridWidth - 560 - margin}, t.Weight)
	if err := c.Err("pdf.label"); err != nil {
		return "", nil, err
	}
	d.SetTitle(t.Carrier+" "+t.Number, true)
	body, err = finish(d, "label "+t.Number)
	return "pdf", body, err
}

// bars returns the modules of the barcode of a number, black or white.
func bars(c *fault.Check, number string) []bool {
	ascii := strings.IndexFunc(number, func(r rune) bool { return r < ' ' || r > '~' }) < 0
	code, err := code128.Encode(number)
	if !c.That(ascii && err == nil, "number", "not_ascii", "must be 1 to 80 printable ASCII characters") {
		return nil
	}
	out := make([]bool, code.Bounds().Dx())
	for x := range out {
		out[x] = code.At(x, 0) == color.Black
	}
	return out
}

// sheet is a label that is drawn, in dots of the grid.
type sheet struct {
	setter
	check            *fault.Check
	scale, left, top float64
}

// place is where a line stands: the left and the upper end of its letters, their
// height, and the width there is.
type place struct{ x, y, height, width float64 }

// area is where lines stand one below the other.
type area struct{ y, room, height float64 }

func (s sheet) line(path string, f face, at place, text string) {
	text = f.check(s.check, path, text)
	const ascent = 0.8 // of the height, which is that from line to line
	s.text(s.check, path, line{
		face: f, text: text, x: s.left + at.x*s.scale, baseline: s.top + (at.y+at.height*ascent)*s.scale,
		size: at.height * s.scale, width: at.width * s.scale,
	})
}

// block sets lines, closer and smaller if there are many.
func (s sheet) block(path string, f face, at area, lines []string) {
	step := min(at.height*7/6, at.room/float64(max(1, len(lines))))
	for i, text := range lines {
		s.line(path+"["+strconv.Itoa(i)+"]", f, place{margin, at.y + step*float64(i), min(at.height, step), inner}, text)
	}
}

func (s sheet) rule(y float64) {
	s.Rect(s.left+margin*s.scale, s.top+y*s.scale, inner*s.scale, 3*s.scale, "F")
}

// bars draws a barcode in the middle, as wide as is of use.
func (s sheet) bars(modules []bool) {
	if len(modules) == 0 {
		return
	}
	width := min(widestBar, float64(inner)/float64(len(modules)+2*quiet))
	s.check.That(width >= narrowestBar, "number", "too_long", "must be short enough for a barcode that can be read")
	x := (gridWidth - width*float64(len(modules))) / 2
	for from := 0; from < len(modules); {
		to := from + 1
		for to < len(modules) && modules[to] == modules[from] {
			to++
		}
		if modules[from] {
			s.Rect(s.left+(x+width*float64(from))*s.scale, s.top+barTop*s.scale, width*float64(to-from)*s.scale, barHeight*s.scale, "F")
		}
		from = to
	}
}
