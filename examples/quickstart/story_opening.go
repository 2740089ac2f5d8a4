package main

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/promotion"
)

// What the customers of this story buy.
const (
	coffeeMaker = "DRIP-COFFEE-MAKER-BLACK"
	kettle      = "ELECTRIC-KETTLE-1-7L-BLACK"
	hairDryer   = "TRAVEL-HAIR-DRYER-BLACK"
)

// supplierPlace is a place of goods that are not ours yet: their owner ships
// them for us.
const supplierPlace = "supplier"

// shelves are filled up before each customer: of kettles there are few, and hair
// dryers lie at the supplier's.
func shelves() []inventory.Level {
	return []inventory.Level{
		{SKU: kettle, Location: inventory.Main, OnHand: 8, Low: 6},
		{SKU: hairDryer, Location: supplierPlace, OnHand: 500},
	}
}

// bins say where in our warehouse things lie.
func bins(context.Context, string, []string) (map[string]string, error) {
	return map[string]string{coffeeMaker: "B-04", kettle: "A-11"}, nil
}

// welcome fills the shop and says where we are.
func (s *story) welcome(ctx context.Context) error {
	s.begin("The shop opens")
	s.fact("database", "%s", s.db.name)
	s.fact("time", "%s; the clock of the shop is moved by hand, so that days pass", day(s.clock.Now()))
	if s.again {
		s.fact("customer", "%s, who was here when the story broke off; it goes on", s.customer().name)
	} else {
		s.fact("customer", "%s, number %d in this shop", s.customer().name, s.mem.Run)
	}
	if err := s.fillShop(ctx); err != nil {
		return err
	}
	if err := s.fillShelves(ctx); err != nil {
		return err
	}
	if err := s.promote(ctx); err != nil {
		return err
	}
	if err := s.buyingPrices(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// fillShop imports the catalogue and receives goods, with a bar in a terminal.
// What is there already stays as it is.
func (s *story) fillShop(ctx context.Context) error {
	goods, err := appliances.Spree()
	if err != nil {
		return err
	}
	bar := watch(s.errs, "importing", len(goods.Products))
	n, err := goods.Import(ctx, s.shop, staff(""), bar.add)
	bar.end()
	if err != nil {
		return err
	}
	if err := goods.Furnish(ctx, s.shop, staff(""), nil); err != nil {
		return err
	}
	goods.Stock = without(goods.Stock, kettle, hairDryer)
	bar = watch(s.errs, "receiving", len(goods.Stock))
	skus, pieces, err := goods.Receive(ctx, s.shop, staff(""), bar.add)
	bar.end()
	if err != nil {
		return err
	}
	s.fact("products", "%d new, %d changed, %d unchanged", n.Created, n.Updated, n.Unchanged)
	s.fact("goods", "%s of %s received", plural(pieces, "piece"), plural(skus, "article"))
	return nil
}

func without(all []appliances.Stock, skus ...string) []appliances.Stock {
	var rest []appliances.Stock
	for _, x := range all {
		keep := true
		for _, sku := range skus {
			keep = keep && x.SKU != sku
		}
		if keep {
			rest = append(rest, x)
		}
	}
	return rest
}

// fillShelves receives what is missing of the few things whose stock matters
// here.
func (s *story) fillShelves(ctx context.Context) error {
	_, err := s.shop.Inventory.SaveLocation(ctx, inventory.SaveLocation{
		Meta: staff(""), Location: inventory.Location{Code: supplierPlace, Name: "Elbe Appliances, who ships for us", Priority: 9},
	})
	if err != nil {
		return err
	}
	for _, want := range shelves() {
		have, err := s.shop.Inventory.Levels(ctx, want.SKU)
		if err != nil {
			return err
		}
		if missing := want.OnHand - inventory.Available(have, want.SKU); missing > 0 {
			_, err := s.shop.Inventory.Receive(ctx, inventory.Receive{
				Meta: staff(""), SKU: want.SKU, Location: want.Location, Quantity: missing, Note: "delivery",
			})
			if err != nil {
				return err
			}
			s.fact("delivery", "%s of %s at %s", plural(missing, "piece"), want.SKU, want.Location)
		}
		err = s.shop.Inventory.SetLow(ctx, inventory.SetLow{Meta: staff(""), SKU: want.SKU, Location: want.Location, Low: want.Low})
		if err != nil {
			return err
		}
	}
	return nil
}

// offer is a promotion and the code that it asks for, if any.
type offer struct {
	promotion.Terms
	code string
}

func offers() []offer {
	return []offer{
		{promotion.Terms{
			Title: "10 % for new customers", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("10"),
			Limits: promotion.Limits{Total: 1000, PerBuyer: 1},
		}, "WELCOME10"},
		{promotion.Terms{
			Title: "5 euro off carriage from 200 euro", Kind: promotion.Amount, Scope: promotion.OnShipping, Amount: money.EUR(5_00),
			Minimum: money.EUR(200_00), Automatic: true,
		}, ""},
		{promotion.Terms{
			Title: "Winter sale", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("25"),
			Until: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC),
		}, "WINTER25"},
	}
}

// promote starts the promotions that are not there yet, each with its code in
// one transaction.
func (s *story) promote(ctx context.Context) error {
	known, err := s.shop.Promotions.Promotions(ctx, promotion.ID{}, 100)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, p := range known {
		there[p.Title] = true
	}
	for _, o := range offers() {
		if there[o.Title] {
			continue
		}
		err := s.db.store.Tenant(tenant).InTx(ctx, func(ctx context.Context, t commerce.Tx) error {
			p, err := s.shop.Promotions.CreateTx(ctx, t, promotion.Create{Meta: staff(""), Terms: o.Terms})
			if err != nil {
				return err
			}
			if o.code != "" {
				if _, err := s.shop.Promotions.AddCodesTx(ctx, t, p.ID, promotion.AddCodes{Meta: staff(""), Codes: []string{o.code}}); err != nil {
					return err
				}
			}
			_, err = s.shop.Promotions.ActivateTx(ctx, t, p.ID, promotion.Move{Meta: staff("")})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
