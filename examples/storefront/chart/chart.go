// Package chart draws small charts as SVG on the server. A chart is a drawing of
// a table, which the page shows as well for those who cannot see it.
package chart

import (
	"html"
	"strconv"
	"strings"
)

// Bar is one bar, or one pair of bars.
type Bar struct {
	// Label stands under the bar, or beside it.
	Label string
	// Value is its length, zero or more; Text is the value for people.
	Value int64
	Text  string
}

const (
	wide  = 400
	tall  = 190
	inset = 18
)

// Columns draws bars beside one another, such as days.
func Columns(bars []Bar) string {
	var b strings.Builder
	open(&b, tall)
	top := highest(bars)
	step := (wide - 2*inset) / max(len(bars), 1)
	base := tall - inset
	line(&b, inset, base, wide-inset, base)
	for i, x := range bars {
		h := scale(x.Value, top, tall-3*inset)
		left := inset + i*step
		width := max(min(step*7/10, 56), 2)
		left += (step - width) / 2
		rect(&b, left, base-h, width, h)
		text(&b, left+width/2, base-h-6, look{"middle", "value"}, x.Text)
		if len(bars) <= 10 || i%3 == 0 {
			text(&b, left+width/2, base+15, look{"middle", ""}, x.Label)
		}
	}
	b.WriteString("</svg>")
	return b.String()
}

// Rows draws bars under one another, such as the steps of a funnel.
func Rows(bars []Bar) string {
	const row, label = 28, 140
	var b strings.Builder
	open(&b, len(bars)*row+8)
	top := highest(bars)
	for i, x := range bars {
		y := i*row + 8
		text(&b, label-8, y+14, look{"end", ""}, short(x.Label))
		w := scale(x.Value, top, wide-label-60)
		rect(&b, label, y, w, 19)
		text(&b, label+w+6, y+14, look{"start", "value"}, x.Text)
	}
	b.WriteString("</svg>")
	return b.String()
}

// short cuts a label that has no room.
func short(s string) string {
	const most = 22
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func highest(bars []Bar) int64 {
	top := int64(1)
	for _, x := range bars {
		top = max(top, x.Value)
	}
	return top
}

// scale returns the length of a bar, at least 1 for what is more than nothing.
func scale(v, top int64, room int) int {
	if v <= 0 {
		return 0
	}
	return max(int(v*int64(room)/top), 1)
}

func open(b *strings.Builder, height int) {
	b.WriteString(`<svg viewBox="0 0 ` + strconv.Itoa(wide) + " " + strconv.Itoa(height) + `" aria-hidden="true">`)
}

func rect(b *strings.Builder, x, y, w, h int) {
	b.WriteString(`<rect class="bar" rx="3"` + at("x", x) + at("y", y) + at("width", w) + at("height", h) + `/>`)
}

func line(b *strings.Builder, x1, y1, x2, y2 int) {
	b.WriteString(`<line class="axis"` + at("x1", x1) + at("y1", y1) + at("x2", x2) + at("y2", y2) + `/>`)
}

func text(b *strings.Builder, x, y int, like look, s string) {
	b.WriteString(`<text class="` + like.class + `" text-anchor="` + like.anchor + `"` + at("x", x) + at("y", y) + `>` + html.EscapeString(s) + `</text>`)
}

// look is how a text stands.
type look struct{ anchor, class string }

func at(name string, v int) string { return " " + name + `="` + strconv.Itoa(v) + `"` }
