package catalog

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/id"
)

type categoryKind struct{}

func (categoryKind) Prefix() string { return "ct" }

// CategoryID is the id of a category.
type CategoryID = id.Of[categoryKind]

// CategoryIDFrom returns the id that holds u.
func CategoryIDFrom(u uuid.UUID) CategoryID { return id.From[categoryKind](u) }

// ParseCategoryID reads the text form "ct_...". Anything else is an Invalid
// error.
func ParseCategoryID(s string) (CategoryID, error) { return id.Parse[categoryKind](s) }

// Limits of the tree.
const (
	// MaxCategories is how many categories a shop may have.
	MaxCategories = 5000
	// MaxDepth is how many categories may stand above one another.
	MaxDepth = 12
	// MaxPosition is the largest position, and its negative the smallest.
	MaxPosition = 1_000_000_000
)

// Category is a heading under which products are found, and under which there
// may be further ones.
type Category struct {
	ID CategoryID `json:"id"`
	// Slug names it in addresses, unique among categories: as that of a product.
	Slug string `json:"slug"`
	// Title is at most 250 characters, Description at most 20,000.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Parent is the category above; zero at the top.
	Parent CategoryID `json:"parent,omitzero"`
	// Position orders it among its sisters, lowest first; the slug decides
	// between equals.
	Position int `json:"position,omitempty"`
	// Featured shows it on the home page.
	Featured  bool      `json:"featured,omitempty"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Tree is all categories of a shop.
type Tree struct {
	// Version counts the changes of its form. Zero is an empty tree.
	Version int
	// Categories are in the order of the tree: each before those under it,
	// sisters by position.
	Categories []Category
}

// Sorted returns the tree with its categories in order. It is for stores, which
// may read them in any. Categories that hang on nothing are left out.
func (t Tree) Sorted() Tree {
	under := map[CategoryID][]Category{}
	for _, c := range t.Categories {
		under[c.Parent] = append(under[c.Parent], c)
	}
	for _, sisters := range under {
		slices.SortFunc(sisters, func(a, b Category) int {
			return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Slug, b.Slug))
		})
	}
	out := Tree{Version: t.Version, Categories: make([]Category, 0, len(t.Categories))}
	var hang func(parent CategoryID)
	hang = func(parent CategoryID) {
		for _, c := range under[parent] {
			out.Categories = append(out.Categories, c)
			hang(c.ID)
		}
	}
	hang(CategoryID{})
	return out
}

// Category returns a category of the tree, and false if it has none with the id.
func (t Tree) Category(which CategoryID) (Category, bool) {
	i := slices.IndexFunc(t.Categories, func(c Category) bool { return c.ID == which })
	if i < 0 {
		return Category{}, false
	}
	return t.Categories[i], true
}

// Children returns the categories right under one, or those at the top for the
// zero id, in order.
func (t Tree) Children(of CategoryID) []Category {
	out := []Category{}
	for _, c := range t.Categories {
		if c.Parent == of {
			out = append(out, c)
		}
	}
	return out
}

// Trail returns the way from the top to a category, which is its last. It is
// empty if the tree has none with the id.
func (t Tree) Trail(which CategoryID) []Category {
	out := []Category{}
	for len(out) <= MaxDepth { // a tree is never deeper; a ring ends here
		c, ok := t.Category(which)
		if !ok {
			break
		}
		out = append(out, c)
		which = c.Parent
	}
	slices.Reverse(out)
	return out
}

// height returns how many categories stand one under the other from one down,
// itself counted.
func (t Tree) height(of CategoryID) int {
	n := 0
	for _, c := range t.Children(of) {
		n = max(n, t.height(c.ID))
	}
	return n + 1
}

// hangs checks that c, with all that is under it, may hang where it says.
func (t Tree) hangs(c Category) error {
	if c.Parent.IsZero() {
		return nil
	}
	above := t.Trail(c.Parent)
	if len(above) == 0 {
		return ErrNoCategory
	}
	if slices.ContainsFunc(above, func(a Category) bool { return a.ID == c.ID }) {
		return ErrRing
	}
	if len(above)+t.height(c.ID) > MaxDepth {
		return ErrTooDeep
	}
	return nil
}
