package promotionrows_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/promotionrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/promotion"
)

// A code that may be used once, and two buyers who have it.
func Example() {
	ctx := context.Background()
	store, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close() //nolint:errcheck // there is no file
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	units := unittest.Runner(store.Shipper(), "", wrap)
	promotions := promotion.NewService(promotion.Deps{
		Units:  units,
		Reader: promotionrows.PromotionReader{Q: store.Shipper().View("")},
		Clock:  clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), NewID: id.V7, Random: rand.Reader,
	})
	p, _ := promotions.Create(ctx, promotion.Create{Terms: promotion.Terms{
		Title: "Ten percent", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("10"),
		Limits: promotion.Limits{Total: 1},
	}})
	_, _ = promotions.AddCodes(ctx, p.ID, promotion.AddCodes{Codes: []string{"spring"}})
	_, _ = promotions.Activate(ctx, p.ID, promotion.Move{})

	eva, _ := promotions.Offers(ctx, promotion.Ask{Codes: []string{"spring", "summer"}})
	tom, _ := promotions.Offers(ctx, promotion.Ask{Codes: []string{"spring"}})
	fmt.Println("granted", eva.Grants[0].Name(), "refused", eva.Refused[0].Code, eva.Refused[0].Reason)
	place := func(order string, grants []promotion.Grant) error {
		return units.InTx(ctx, func(ctx context.Context, t promotion.Tx) error {
			return promotions.RedeemTx(ctx, t, promotion.Redeem{Order: order, Grants: grants})
		})
	}
	fmt.Println("eva:", place("or_eva", eva.Grants))
	var gone *promotion.Exhausted
	fmt.Println("tom was late:", errors.As(place("or_tom", tom.Grants), &gone))
	_, _ = promotions.GiveBack(ctx, "or_eva", promotion.GiveBack{})
	fmt.Println("eva has cancelled:", place("or_tom", tom.Grants))
	// Output:
	// granted SPRING refused SUMMER unknown
	// eva: <nil>
	// tom was late: true
	// eva has cancelled: <nil>
}
