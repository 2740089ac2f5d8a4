package catalog

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// AttributeType is what the values of an attribute are.
type AttributeType string

// The types.
const (
	// TextValue is a word or two: "linen".
	TextValue AttributeType = "text"
	// NumberValue is a number with a fixed count of decimals: 1.5 with a Scale
	// of 1.
	NumberValue AttributeType = "number"
	// BoolValue is yes or no: "true" or "false".
	BoolValue AttributeType = "bool"
)

// Limits of attributes.
const (
	// MaxAttributes is how many attributes a shop may have.
	MaxAttributes = 500
	// MaxScale is the largest number of decimals.
	MaxScale = 9
	// MaxValues is how many values a product may have, of all attributes.
	MaxValues = 100
)

// Attribute is something that can be said about products: their material, their
// length, whether they are vegan.
type Attribute struct {
	// Code names it: 1 to 64 lower case letters, digits, '-' and '_'.
	Code string `json:"code"`
	// Title is for people, at most 100 characters.
	Title string `json:"title"`
	// Type never changes, and neither does Scale.
	Type AttributeType `json:"type"`
	// Unit is that of a number, for people: "cm". At most 20 characters.
	Unit string `json:"unit,omitempty"`
	// Scale is how many decimals a number has, 0 to MaxScale.
	Scale int `json:"scale,omitempty"`
	// Filterable lets lists be filtered by it, and counts its values.
	Filterable bool `json:"filterable,omitempty"`
	// Position orders it among the others, lowest first; the code decides
	// between equals.
	Position int `json:"position,omitempty"`
	Version  int `json:"version"`
}

// Canon returns the one form of a value: a text as it is, "1.5" for a number
// with a Scale of 2 that was written "01.50", "true" or "false". ok is false
// for what is no value of the attribute.
func (a Attribute) Canon(value string) (canon string, ok bool) {
	switch a.Type {
	case TextValue:
		return value, value != ""
	case BoolValue:
		return value, value == "true" || value == "false"
	case NumberValue:
		return a.number(value)
	default:
		return "", false
	}
}

// number reads a decimal number into minor units and writes it again.
func (a Attribute) number(value string) (string, bool) {
	whole, fraction, dotted := strings.Cut(strings.TrimPrefix(value, "-"), ".")
	if !digits(whole) || (dotted && !digits(fraction)) {
		return "", false
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(fraction) > a.Scale || len(whole) > 15-a.Scale {
		return "", false
	}
	out := whole
	if out == "" {
		out = "0"
	}
	if fraction != "" {
		out += "." + fraction
	}
	if strings.HasPrefix(value, "-") && out != "0" {
		out = "-" + out
	}
	return out, true
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// DefineAttributes is attributes to be added or changed.
type DefineAttributes struct {
	op.Meta
	// Attributes are 1 to MaxAttributes. Their Version is not looked at.
	Attributes []Attribute
}

// DefineAttributes adds attributes and changes those whose code is known,
// announces AttributeDefined for each, and returns all attributes of the shop.
// What is equal already is not touched. Errors by kind: Invalid for wrong
// input; Conflict for another type or scale than before (ErrAttributeType), for
// more than MaxAttributes (ErrTooManyAttributes), or if somebody changed the
// same attributes meanwhile. There is no version to expect.
func (s *Service) DefineAttributes(ctx context.Context, req DefineAttributes) ([]Attribute, error) {
	return s.defining(req).Alone(ctx, s.units)
}

// DefineAttributesTx is DefineAttributes inside a unit.
func (s *Service) DefineAttributesTx(ctx context.Context, t Tx, req DefineAttributes) ([]Attribute, error) {
	return s.defining(req).In(ctx, t)
}

// Attributes returns all attributes of the shop, in order.
func (s *Service) Attributes(ctx context.Context) ([]Attribute, error) {
	return s.reader.Attributes(ctx)
}

func (s *Service) defining(req DefineAttributes) tx.Deed[Tx, []Attribute] {
	want, err := req.check()
	if err != nil {
		return tx.Refused[Tx, []Attribute](err)
	}
	w := s.now(req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "catalog.define_attributes", Parameters: want, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Attribute, error) {
		all, err := t.Attributes(ctx)
		if err != nil {
			return nil, err
		}
		all, changed, err := define(all, want)
		if err != nil {
			return nil, err
		}
		if err := t.SaveAttributes(ctx, changed); err != nil {
			return nil, err
		}
		for _, a := range changed {
			if err := s.tell(ctx, t, w, about{"attribute " + a.Code, a.Version}, AttributeDefined{Attribute: a}); err != nil {
				return nil, err
			}
		}
		return all, nil
	})
}

// define returns the attributes as they will be, and those that are new or
// other than before.
func define(all, want []Attribute) (now, changed []Attribute, err error) {
	now = slices.Clone(all)
	for _, a := range want {
		i := slices.IndexFunc(now, func(b Attribute) bool { return b.Code == a.Code })
		if i < 0 {
			a.Version = 1
			now, changed = append(now, a), append(changed, a)
			continue
		}
		was := now[i]
		if a.Version = was.Version; a == was {
			continue
		}
		if a.Type != was.Type || a.Scale != was.Scale {
			return nil, nil, ErrAttributeType
		}
		a.Version++
		now[i], changed = a, append(changed, a)
	}
	if len(now) > MaxAttributes {
		return nil, nil, ErrTooManyAttributes
	}
	sortAttributes(now)
	return now, changed, nil
}

func (r DefineAttributes) check() ([]Attribute, error) {
	var c fault.Check
	checkNew(&c, r.Meta)
	c.That(len(r.Attributes) > 0, "attributes", "required", "must not be empty")
	if !c.That(len(r.Attributes) <= MaxAttributes, "attributes", "too_many", "must be at most "+strconv.Itoa(MaxAttributes)) {
		return nil, c.Err("catalog.define_attributes")
	}
	out := make([]Attribute, len(r.Attributes))
	seen := map[string]bool{}
	for i, a := range r.Attributes {
		path := "attributes[" + strconv.Itoa(i) + "]"
		out[i] = a.check(&c, path)
		c.That(!seen[a.Code], path+".code", "repeated", "comes twice")
		seen[a.Code] = true
	}
	return out, c.Err("catalog.define_attributes")
}

func (a Attribute) check(c *fault.Check, path string) Attribute {
	checkAttributeCode(c, path+".code", a.Code)
	a.Title = c.Required(path+".title", a.Title, 100)
	a.Unit = c.Text(path+".unit", a.Unit, 20)
	isNumber := a.Type == NumberValue
	c.That(isNumber || a.Type == TextValue || a.Type == BoolValue, path+".type", "unknown", "must be text, number or bool")
	c.That(isNumber || a.Unit == "", path+".unit", "not_a_number", "must be empty: only numbers have a unit")
	c.That(isNumber || a.Scale == 0, path+".scale", "not_a_number", "must be zero: only numbers have decimals")
	c.Range(path+".scale", int64(a.Scale), 0, MaxScale)
	checkPosition(c, path+".position", a.Position)
	a.Version = 0
	return a
}

func checkAttributeCode(c *fault.Check, path, code string) {
	ok := code != "" && len(code) <= 64
	for i := range len(code) {
		x := code[i]
		ok = ok && ((x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x == '-' || x == '_')
	}
	c.That(ok, path, "bad_code", "must be 1 to 64 lower case letters, digits, '-' and '_'")
}
