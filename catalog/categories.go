package catalog

import (
	"context"
	"strconv"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Categories returns all categories of the shop in one round trip.
func (s *Service) Categories(ctx context.Context) (Tree, error) { return s.reader.CategoryTree(ctx) }

// CreateCategory is a category to be added. Limits are those of Category.
type CreateCategory struct {
	op.Meta
	Slug        string
	Title       string
	Description string
	// Parent is the category above; zero puts it at the top.
	Parent   CategoryID
	Position int
	Featured bool
}

// CreateCategory adds a category and announces CategoryCreated. Errors by kind:
// Invalid for wrong input; NotFound for an unknown parent (ErrNoCategory);
// Conflict if the slug is in use (ErrSlugTaken), if it would hang deeper than
// MaxDepth (ErrTooDeep), if there are MaxCategories (ErrTooManyCategories), or
// if somebody changed the tree meanwhile.
func (s *Service) CreateCategory(ctx context.Context, req CreateCategory) (Category, error) {
	return s.creatingCategory(req).Alone(ctx, s.units)
}

// CreateCategoryTx is CreateCategory inside a unit.
func (s *Service) CreateCategoryTx(ctx context.Context, t Tx, req CreateCategory) (Category, error) {
	return s.creatingCategory(req).In(ctx, t)
}

func (s *Service) creatingCategory(req CreateCategory) tx.Deed[Tx, Category] {
	w := s.now(req.Meta)
	var c fault.Check
	checkNew(&c, req.Meta)
	k := Category{
		ID: id.New[categoryKind](s.newID), Slug: req.Slug, Title: c.Required("title", req.Title, 250),
		Description: c.Lines("description", req.Description, 20_000), Parent: req.Parent, Position: req.Position, Featured: req.Featured,
		Version: 1, CreatedAt: w.at, UpdatedAt: w.at,
	}
	checkSlug(&c, "slug", k.Slug)
	checkPosition(&c, "position", k.Position)
	if err := c.Err("catalog.create_category"); err != nil {
		return tx.Refused[Tx, Category](err)
	}
	m := req.Meta
	req.Meta = op.Meta{}
	call := op.Call{Meta: m, Operation: "catalog.create_category", Parameters: req, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Category, error) {
		tree, err := t.CategoryTree(ctx)
		if err != nil {
			return Category{}, err
		}
		if len(tree.Categories) >= MaxCategories {
			return Category{}, ErrTooManyCategories
		}
		if err := tree.hangs(k); err != nil {
			return Category{}, err
		}
		if err := t.SwapCategoryTree(ctx, tree.Version); err != nil {
			return Category{}, err
		}
		if err := t.InsertCategory(ctx, k); err != nil {
			return Category{}, err
		}
		return k, s.tell(ctx, t, w, about{k.ID.String(), k.Version}, CategoryCreated{CategoryID: k.ID, Slug: k.Slug, Title: k.Title, Parent: k.Parent})
	})
}

func checkPosition(c *fault.Check, path string, n int) {
	c.Range(path, int64(n), -MaxPosition, MaxPosition)
}

// UpdateCategory is what is to be different. Fields that are nil stay.
type UpdateCategory struct {
	op.Meta
	Slug        *string
	Title       *string
	Description *string
	Position    *int
	Featured    *bool
}

// UpdateCategory changes what a category says and announces CategoryUpdated. If
// nothing is different nothing happens. Errors by kind: Invalid for wrong
// input, NotFound (ErrNoCategory), Conflict for a stale version or a slug in
// use (ErrSlugTaken).
func (s *Service) UpdateCategory(ctx context.Context, which CategoryID, req UpdateCategory) (Category, error) {
	return s.updatingCategory(which, req).Alone(ctx, s.units)
}

// UpdateCategoryTx is UpdateCategory inside a unit.
func (s *Service) UpdateCategoryTx(ctx context.Context, t Tx, which CategoryID, req UpdateCategory) (Category, error) {
	return s.updatingCategory(which, req).In(ctx, t)
}

func (s *Service) updatingCategory(which CategoryID, req UpdateCategory) tx.Deed[Tx, Category] {
	var c fault.Check
	req.Meta.Check(&c)
	req = req.check(&c)
	if err := c.Err("catalog.update_category"); err != nil {
		return tx.Refused[Tx, Category](err)
	}
	m := req.Meta
	req.Meta = op.Meta{}
	ch := change{meta: m, name: "update_category", when: s.now(m), parameters: keyedCategory{which, req}}
	return s.changingCategory(ch, which, func(_ Tree, k Category) (Category, event.Payload, error) {
		k = req.apply(k)
		return k, CategoryUpdated{CategoryID: k.ID, Slug: k.Slug, Title: k.Title, Position: k.Position, Featured: k.Featured}, nil
	})
}

// keyedCategory is what a key of a change of a category stands for.
type keyedCategory struct {
	ID CategoryID
	P  any
}

func (r UpdateCategory) check(c *fault.Check) UpdateCategory {
	if r.Slug != nil {
		checkSlug(c, "slug", *r.Slug)
	}
	if r.Title != nil {
		title := c.Required("title", *r.Title, 250)
		r.Title = &title
	}
	if r.Description != nil {
		text := c.Lines("description", *r.Description, 20_000)
		r.Description = &text
	}
	if r.Position != nil {
		checkPosition(c, "position", *r.Position)
	}
	return r
}

func (r UpdateCategory) apply(k Category) Category {
	set(&k.Slug, r.Slug)
	set(&k.Title, r.Title)
	set(&k.Description, r.Description)
	set(&k.Position, r.Position)
	set(&k.Featured, r.Featured)
	return k
}

// set stores what v points to, if it points to anything.
func set[T any](to, v *T) {
	if v != nil {
		*to = *v
	}
}

// MoveCategory is another place for a category.
type MoveCategory struct {
	op.Meta
	// Parent is the category above; zero puts it at the top.
	Parent   CategoryID
	Position int
}

// MoveCategory hangs a category, with all that is under it, somewhere else and
// announces CategoryMoved. If it hangs there already nothing happens. Errors by
// kind: Invalid for wrong input; NotFound for an unknown category or parent
// (ErrNoCategory); Conflict for a stale version, a place under itself
// (ErrRing), one that is deeper than MaxDepth (ErrTooDeep), or if somebody
// changed the tree meanwhile.
func (s *Service) MoveCategory(ctx context.Context, which CategoryID, req MoveCategory) (Category, error) {
	return s.movingCategory(which, req).Alone(ctx, s.units)
}

// MoveCategoryTx is MoveCategory inside a unit.
func (s *Service) MoveCategoryTx(ctx context.Context, t Tx, which CategoryID, req MoveCategory) (Category, error) {
	return s.movingCategory(which, req).In(ctx, t)
}

func (s *Service) movingCategory(which CategoryID, req MoveCategory) tx.Deed[Tx, Category] {
	var c fault.Check
	req.Meta.Check(&c)
	checkPosition(&c, "position", req.Position)
	if err := c.Err("catalog.move_category"); err != nil {
		return tx.Refused[Tx, Category](err)
	}
	place := req.Parent.String() + " " + strconv.Itoa(req.Position)
	ch := change{meta: req.Meta, name: "move_category", when: s.now(req.Meta), parameters: keyedCategory{which, place}}
	return s.changingCategory(ch, which, func(tree Tree, k Category) (Category, event.Payload, error) {
		k.Parent, k.Position = req.Parent, req.Position
		return k, CategoryMoved{CategoryID: k.ID, Slug: k.Slug, Parent: k.Parent, Position: k.Position}, tree.hangs(k)
	})
}

// changingCategory reads the tree, decides, and stores what became of one
// category.
func (s *Service) changingCategory(ch change, which CategoryID, decide func(Tree, Category) (Category, event.Payload, error)) tx.Deed[Tx, Category] {
	call := op.Call{Meta: ch.meta, Operation: "catalog." + ch.name, Parameters: ch.parameters, Now: ch.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Category, error) {
		tree, err := t.CategoryTree(ctx)
		if err != nil {
			return Category{}, err
		}
		was, ok := tree.Category(which)
		if !ok {
			return Category{}, ErrNoCategory
		}
		if err := ch.meta.Expect("category", was.Version); err != nil {
			return Category{}, err
		}
		now, payload, err := decide(tree, was)
		if err != nil || now == was {
			return was, err
		}
		if now.Parent != was.Parent {
			if err := t.SwapCategoryTree(ctx, tree.Version); err != nil {
				return Category{}, err
			}
		}
		now.Version, now.UpdatedAt = was.Version+1, clock.Cut(ch.at)
		if err := t.UpdateCategory(ctx, now); err != nil {
			return Category{}, err
		}
		return now, s.tell(ctx, t, ch.when, about{now.ID.String(), now.Version}, payload)
	})
}
