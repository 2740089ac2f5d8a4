package flatrate

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kontor-go/kontor/shipping"
)

// The label in dots: 4 by 6 inches at 203 dots per inch.
const (
	labelWidth  = 812
	labelHeight = 1218
	margin      = 40
)

// zpl writes a label in the language of Zebra printers. Texts are UTF-8 (^CI28).
func zpl(t shipping.LabelText) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	// text writes one line at a place in a font of a height in dots, or in a
	// smaller one if it would not fit.
	text := func(x, y, height int, s string) {
		width := labelWidth - x - margin
		line("^FO%d,%d^A0N,%d^FB%d,1,0,L^FH^FD%s^FS", x, y, fitting(height, width, s), width, escape(s))
	}
	// block writes lines one below the other, closer if there are many.
	block := func(y, room, height int, lines []string) {
		step := min(height+height/6, room/max(1, len(lines)))
		for i, s := range lines {
			text(margin, y+step*i, min(height, step), s)
		}
	}
	line("^XA")
	line("^CI28^PW%d^LL%d", labelWidth, labelHeight)
	text(margin, 40, 50, t.Carrier)
	text(560, 40, 50, t.Service)
	line("^FO%d,110^GB%d,3,3^FS", margin, labelWidth-2*margin)
	block(130, 230, 22, t.From)
	line("^FO%d,370^GB%d,3,3^FS", margin, labelWidth-2*margin)
	block(395, 440, 42, t.To)
	line("^FO%d,850^GB%d,3,3^FS", margin, labelWidth-2*margin)
	// Code 128 picks its subset itself (mode A); the line below is the number
	// for people.
	line("^FO90,880^BY3^BCN,200,Y,N,N,A^FD%s^FS", t.Number)
	text(margin, 1150, 28, t.Reference)
	text(560, 1150, 28, t.Weight)
	line("^XZ")
	return b.String()
}

// fitting returns the height in which s fits a width: on the average a letter of
// this font is 6/10 as wide as it is high.
func fitting(height, width int, s string) int {
	const least = 12
	for height > least && utf8.RuneCountInString(s)*height*6/10 > width {
		height--
	}
	return height
}

// escape writes what the printer would take for commands as ^FH wants it: an
// underscore and two hexadecimal digits.
func escape(s string) string {
	return strings.NewReplacer("_", "_5F", "^", "_5E", "~", "_7E", `\`, "_5C").Replace(s)
}
