package appliances

import (
	"context"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/op"
)

// batch is how many products are imported in one unit.
const batch = 5

// Import brings the products in, and may be repeated. done, which may be nil, is
// told of each part of the products that is there.
func (c Catalogue) Import(ctx context.Context, shop *commerce.Engine, by op.Meta, done func(n int)) (catalog.Imported, error) {
	var sum catalog.Imported
	for rest := c.Products; len(rest) > 0; {
		part := rest[:min(batch, len(rest))]
		rest = rest[len(part):]
		n, err := shop.Catalog.CreateProducts(ctx, catalog.CreateProducts{Meta: by, Products: part})
		if err != nil {
			return sum, err
		}
		sum.Created += n.Created
		sum.Updated += n.Updated
		sum.Unchanged += n.Unchanged
		if done != nil {
			done(len(part))
		}
	}
	return sum, nil
}

// Receive puts on the shelves what never lay there before, and returns how many
// SKUs and pieces that was. done, which may be nil, is told of each SKU.
func (c Catalogue) Receive(ctx context.Context, shop *commerce.Engine, by op.Meta, done func(n int)) (skus, pieces int, err error) {
	names := make([]string, len(c.Stock))
	for i, s := range c.Stock {
		names[i] = s.SKU
	}
	levels, err := shop.Inventory.Levels(ctx, names...)
	if err != nil {
		return 0, 0, err
	}
	there := map[string]bool{}
	for _, l := range levels {
		there[l.SKU] = true
	}
	for _, s := range c.Stock {
		if done != nil {
			done(1)
		}
		if there[s.SKU] {
			continue
		}
		_, err := shop.Inventory.Receive(ctx, inventory.Receive{
			Meta: by, SKU: s.SKU, Quantity: s.Count, Note: "first delivery",
		})
		if err != nil {
			return skus, pieces, err
		}
		skus, pieces = skus+1, pieces+s.Count
	}
	return skus, pieces, nil
}
