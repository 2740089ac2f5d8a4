package measure

import (
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Size is the outside of a thing that has corners: a product, a parcel. The
// zero value means that the size is not known.
type Size struct {
	Length Length `json:"length"`
	Width  Length `json:"width"`
	Height Length `json:"height"`
}

// MaxSide is the longest side of a Size: 100 metres.
const MaxSide = 100 * Metre

// Check records under path what is wrong with s: a negative side, a side longer
// than MaxSide, or a size of which only some sides are known.
func (s Size) Check(c *fault.Check, path string) {
	some := !s.IsZero()
	for _, side := range []struct {
		name string
		l    Length
	}{{"length", s.Length}, {"width", s.Width}, {"height", s.Height}} {
		p := path + "." + side.name
		if c.Range(p, int64(side.l), 0, int64(MaxSide)) {
			c.That(!some || side.l > 0, p, "required", "must be given if another side is")
		}
	}
}

// IsZero reports whether the size is not known.
func (s Size) IsZero() bool { return s == Size{} }

// Sorted returns the sides turned so that Length is the longest and Height the
// shortest, the order in which carriers state their limits.
func (s Size) Sorted() Size {
	sides := []Length{s.Length, s.Width, s.Height}
	slices.Sort(sides)
	return Size{Length: sides[2], Width: sides[1], Height: sides[0]}
}

// Girth returns the way around the thing across its longest side: twice the sum
// of the two shorter sides.
func (s Size) Girth() Length {
	t := s.Sorted()
	return 2 * (t.Width + t.Height)
}

// Volume returns the volume in cubic millimetres, rounded up. The size has
// passed Check.
func (s Size) Volume() int64 {
	const cubicTenths = int64(Millimetre * Millimetre * Millimetre)
	return (int64(s.Length)*int64(s.Width)*int64(s.Height) + cubicTenths - 1) / cubicTenths
}
