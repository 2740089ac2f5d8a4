// Package picture draws what a shop without photographs shows: each product as
// an illustration in the colour of its variant. The same name gives the same
// bytes, on every machine and for ever, so browsers may keep them.
package picture

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// shapes are parts of SVG in a square of 400, with @body, @shade, @light, @ink,
// @accent and @glass where colours go.
//
//go:embed shapes/*.svg
var shapes embed.FS

// Product draws a product by the slug of its page, in a shade such as "black"
// or "rose-gold". It reports false for a slug or a shade that it does not know.
func Product(slug, shade string) ([]byte, bool) {
	k, known := kindOf(slug)
	p, painted := paints()[shade]
	if !known || !painted {
		return nil, false
	}
	return draw(k, p), true
}

// kind is what a product looks like, and where it stands.
type kind struct {
	shape string
	room  room
}

func draw(k kind, p paint) []byte {
	shape, err := fs.ReadFile(shapes, "shapes/"+k.shape+".svg")
	if err != nil {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400">`+
		`<defs><linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%s"/>`+
		`<stop offset="1" stop-color="%s"/></linearGradient></defs><rect width="400" height="400" fill="url(#w)"/>`+
		`<circle cx="200" cy="186" r="150" fill="#fff" opacity=".38"/><rect y="326" width="400" height="74" fill="%s"/>`+
		`<ellipse cx="200" cy="342" rx="146" ry="13" fill="#000" opacity=".14"/>`, k.room.top, k.room.bottom, k.room.floor)
	colours := strings.NewReplacer(
		"@body", p.body, "@shade", p.shade, "@light", p.light, "@ink", p.ink,
		"@accent", k.room.accent, "@glass", "#dfeef3",
	)
	b.WriteString(colours.Replace(string(shape)))
	b.WriteString("</svg>")
	return []byte(b.String())
}

// room is the wall, the floor and the small lights.
type room struct{ top, bottom, floor, accent string }

// paint is the colour of a thing where it is lit and where it is not, and of its
// dark parts.
type paint struct{ body, shade, light, ink string }

func paints() map[string]paint {
	const ink, black = "#2c2f35", "#101114"
	return map[string]paint{
		"black":     {"#34373d", "#23252a", "#5d626b", black},
		"white":     {"#f6f5f1", "#dcdad2", "#ffffff", ink},
		"grey":      {"#868d96", "#666d76", "#aeb5bd", ink},
		"silver":    {"#c6ccd3", "#9ba3ac", "#eff2f5", ink},
		"blue":      {"#3f6fa6", "#2b5079", "#76a3d3", "#1c2a3a"},
		"purple":    {"#7d63a8", "#5d4783", "#a992cc", "#2a2238"},
		"pink":      {"#e2a5b3", "#c58494", "#f5ccd5", "#51343c"},
		"mint":      {"#a5d3c0", "#7fb4a0", "#d2ece1", "#2c4a40"},
		"rose-gold": {"#d8a592", "#b98470", "#efcabc", "#4a332b"},
	}
}

// kindOf returns what the product of a page looks like.
func kindOf(slug string) (kind, bool) {
	kitchen := room{"#f8efe2", "#f1e1cb", "#dfc7a6", "#e8a33d"}
	air := room{"#e6f1f4", "#d0e4ea", "#b4ced6", "#3f9fbf"}
	garment := room{"#f1eaf4", "#e2d6e9", "#c9b8d3", "#9a6fb5"}
	floor := room{"#ebf2e6", "#d9e6d0", "#bdcfb0", "#6aa84f"}
	personal := room{"#faecea", "#f2d9d5", "#dfbdb7", "#d9735f"}
	k, ok := map[string]kind{
		"automatic-espresso-machine":      {"espresso", kitchen},
		"semi-automatic-espresso-machine": {"barista", kitchen},
		"drip-coffee-maker":               {"drip", kitchen},
		"digital-air-fryer-4l":            {"fryer", kitchen},
		"digital-air-fryer-6l":            {"fryer", kitchen},
		"dual-basket-air-fryer":           {"dualfryer", kitchen},
		"high-speed-blender":              {"blender", kitchen},
		"personal-blender":                {"cupblender", kitchen},
		"electric-kettle-1-7l":            {"kettle", kitchen},
		"temperature-control-kettle":      {"gooseneck", kitchen},
		"2-slice-toaster":                 {"toaster2", kitchen},
		"4-slice-toaster":                 {"toaster4", kitchen},
		"food-processor-3l":               {"processor", kitchen},
		"air-purifier-compact":            {"purifier", air},
		"air-purifier-tower":              {"purifiertower", air},
		"air-purifier-pro":                {"purifierpro", air},
		"ultrasonic-humidifier-2l":        {"humidifier", air},
		"smart-humidifier-4l":             {"smarthumidifier", air},
		"tower-fan":                       {"towerfan", air},
		"pedestal-fan":                    {"pedestalfan", air},
		"steam-generator-iron":            {"generator", garment},
		"handheld-garment-steamer":        {"steamer", garment},
		"professional-garment-steamer":    {"standingsteamer", garment},
		"steam-iron":                      {"iron", garment},
		"cordless-stick-vacuum-18v":       {"stick", floor},
		"cordless-stick-vacuum-25v":       {"stick", floor},
		"bagless-upright-vacuum":          {"upright", floor},
		"robot-vacuum":                    {"robot", floor},
		"robot-vacuum-pro":                {"robotstation", floor},
		"ionic-hair-dryer":                {"dryer", personal},
		"travel-hair-dryer":               {"dryer", personal},
		"ceramic-hair-straightener":       {"straightener", personal},
		"beard-trimmer-3000":              {"trimmer", personal},
		"beard-trimmer-7000":              {"trimmer", personal},
		"multigroom-kit":                  {"groomkit", personal},
		"rotary-shaver-5000":              {"shaver", personal},
		"rotary-shaver-9000":              {"shaver", personal},
		"parcel":                          {"parcel", kitchen},
	}[slug]
	return k, ok
}
