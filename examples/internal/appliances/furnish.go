package appliances

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/op"
)

// Furnish fills the shop window: the tree of categories, the attributes, and
// how each product is shown. pictures returns the media of a product and may be
// nil. It may be repeated.
func (c Catalogue) Furnish(
	ctx context.Context, shop *commerce.Engine, by op.Meta, pictures func(catalog.NewProduct, Facts) []catalog.Media,
) error {
	if _, err := shop.Catalog.DefineAttributes(ctx, catalog.DefineAttributes{Meta: by, Attributes: attributes()}); err != nil {
		return err
	}
	places, err := c.categories(ctx, shop, by)
	if err != nil {
		return err
	}
	shown := make([]catalog.Showing, len(c.Products))
	for i, p := range c.Products {
		facts := c.Facts[p.Slug]
		shown[i] = catalog.Showing{Slug: p.Slug, Presentation: catalog.Presentation{
			Categories: []catalog.CategoryID{places[Slug(strings.Join(facts.Categories, " "))]},
			Values:     values(p, facts),
			Position:   i,
			Featured:   slices.Contains(featured(), p.Slug),
		}}
		if pictures != nil {
			shown[i].Media = pictures(p, facts)
		}
	}
	for part := range slices.Chunk(shown, catalog.MaxBatch) {
		if _, err := shop.Catalog.Present(ctx, catalog.Present{Meta: by, Products: part}); err != nil {
			return err
		}
	}
	return nil
}

// featured are the products of the home page.
func featured() []string {
	return []string{
		"automatic-espresso-machine", "temperature-control-kettle", "robot-vacuum-pro", "high-speed-blender",
		"air-purifier-tower", "4-slice-toaster", "ionic-hair-dryer", "steam-iron",
	}
}

// Slug writes a title as addresses do: "air-climate" for "Air & Climate".
func Slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// categories makes those that are not there yet, and returns all by their way
// from the top: "kitchen-kettles".
func (c Catalogue) categories(ctx context.Context, shop *commerce.Engine, by op.Meta) (map[string]catalog.CategoryID, error) {
	tree, err := shop.Catalog.Categories(ctx)
	if err != nil {
		return nil, err
	}
	there := map[string]catalog.CategoryID{}
	for _, k := range tree.Categories {
		there[k.Slug] = k.ID
	}
	places, position := map[string]catalog.CategoryID{}, 0
	for _, p := range c.Products {
		var parent catalog.CategoryID
		path := ""
		for depth, title := range c.Facts[p.Slug].Categories {
			path = strings.TrimPrefix(path+"-"+Slug(title), "-")
			if _, ok := places[path]; !ok {
				position++
				places[path], err = category(ctx, shop, there, catalog.CreateCategory{
					Meta: by, Slug: Slug(title), Title: title, Description: about()[Slug(title)],
					Parent: parent, Position: position, Featured: depth == 0,
				})
				if err != nil {
					return nil, err
				}
			}
			parent = places[path]
		}
	}
	return places, nil
}

func category(
	ctx context.Context, shop *commerce.Engine, there map[string]catalog.CategoryID, k catalog.CreateCategory,
) (catalog.CategoryID, error) {
	if which, ok := there[k.Slug]; ok {
		return which, nil
	}
	made, err := shop.Catalog.CreateCategory(ctx, k)
	if errors.Is(err, catalog.ErrSlugTaken) {
		return catalog.CategoryID{}, errors.New("appliances: somebody else is furnishing " + k.Slug)
	}
	return made.ID, err
}

// about says what is found under a category.
func about() map[string]string {
	return map[string]string{
		"kitchen":       "Everything between the first coffee and the last toast.",
		"air-climate":   "Clean, moist and moving air, for every size of room.",
		"garment-care":  "Crisp collars and smooth seams, at home and on the road.",
		"floor-care":    "From the quick sweep to the robot that does it alone.",
		"personal-care": "Dryers, trimmers and shavers that last.",
	}
}

// attributes are what products say of themselves.
func attributes() []catalog.Attribute {
	return []catalog.Attribute{
		{Code: "colour", Title: "Colour", Type: catalog.TextValue, Filterable: true, Position: 1},
		{Code: "power", Title: "Powered by", Type: catalog.TextValue, Filterable: true, Position: 2},
		{Code: "app", Title: "App control", Type: catalog.BoolValue, Filterable: true, Position: 3},
		{Code: "warranty", Title: "Warranty", Type: catalog.TextValue, Filterable: true, Position: 4},
		{Code: "wattage", Title: "Power", Type: catalog.NumberValue, Unit: "W", Position: 5},
		{Code: "voltage", Title: "Voltage", Type: catalog.TextValue, Position: 6},
		{Code: "capacity", Title: "Capacity", Type: catalog.TextValue, Position: 7},
		{Code: "runtime", Title: "Runtime", Type: catalog.TextValue, Position: 8},
		{Code: "room_coverage", Title: "Room size", Type: catalog.TextValue, Position: 9},
		{Code: "noise_level", Title: "Noise", Type: catalog.TextValue, Position: 10},
	}
}

// values are what one product says of itself.
func values(p catalog.NewProduct, f Facts) []catalog.Value {
	var vs []catalog.Value
	say := func(attribute, value string) {
		v := catalog.Value{Attribute: attribute, Value: value}
		if value != "" && !slices.Contains(vs, v) {
			vs = append(vs, v)
		}
	}
	for _, v := range p.Variants {
		say("colour", Shade(v))
	}
	say("power", "Mains")
	if v := f.Fields["voltage"]; strings.Contains(v, "Lithium") || strings.Contains(v, "USB") {
		vs[len(vs)-1].Value = "Battery"
	}
	say("app", "false")
	if f.Fields["connectivity"] != "" {
		vs[len(vs)-1].Value = "true"
	}
	say("wattage", strings.TrimSuffix(f.Fields["wattage"], "W"))
	for _, code := range []string{"voltage", "capacity", "runtime", "room_coverage", "noise_level"} {
		say(code, f.Fields[code])
	}
	say("warranty", strings.ToLower(f.Fields["warranty"]))
	return vs
}

// Shade returns the shade under which a variant is found: "Grey" for "Steel
// Grey", "Silver" for "Chrome". It is empty if the variant has no colour.
func Shade(v catalog.NewVariant) string {
	for _, o := range v.Options {
		if o.Name != "Color" {
			continue
		}
		for _, row := range [][2]string{
			{"Black", "Black"},
			{"Rose Gold", "Rose gold"},
			{"Gunmetal", "Grey"},
			{"Graphite", "Grey"},
			{"Stainless Steel", "Silver"},
			{"Silver", "Silver"},
			{"Chrome", "Silver"},
			{"Blue", "Blue"},
			{"Purple", "Purple"},
			{"Pink", "Pink"},
			{"Mint", "Mint"},
			{"Grey", "Grey"},
			{"White", "White"},
		} {
			if strings.Contains(o.Value, row[0]) {
				return row[1]
			}
		}
		return o.Value
	}
	return ""
}
