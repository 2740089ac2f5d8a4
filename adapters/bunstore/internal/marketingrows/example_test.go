package marketingrows_test

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/marketingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/marketing"
)

// A newsletter to those who confirmed that they want it.
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
	tokens, _ := marketing.NewTokens([]byte("a secret of the shop"), "")
	m, _ := marketing.NewService(marketing.Deps{
		Units:  unittest.Runner(store.Shipper(), "", wrap),
		Reader: marketingrows.MarketingReader{Q: store.Shipper().View("")},
		Clock:  clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), NewID: id.V7, Tokens: tokens,
		Outbox: marketing.OutboxFunc(func(_ context.Context, _ marketing.Tx, m marketing.Message) error {
			fmt.Printf("to %s: %s\n", m.Topic.Address, m.Letter.Title)
			return nil
		}),
	})
	for _, address := range []string{"eva@shop.example", "max@shop.example"} {
		topic := marketing.Topic{Channel: marketing.Email, Address: address, Purpose: marketing.Newsletter}
		asked, _ := m.Ask(ctx, marketing.Ask{Topic: topic, Proof: marketing.Proof{Method: "form", Wording: "newsletter-3"}})
		if address == "eva@shop.example" { // who follows the link in the mail
			token, _ := m.ConfirmToken(asked)
			_, _ = m.Confirm(ctx, token, marketing.Confirm{})
		}
	}
	rule, _ := marketing.ParseRule([]byte(`{"not":{"orders":{"min":10}}}`))
	n, _ := m.Count(ctx, rule)
	segment, _ := m.Define(ctx, marketing.Define{Name: "New faces", Rule: rule})
	g, _ := m.Draft(ctx, marketing.Draft{Content: marketing.Content{Name: "March", Segment: segment.ID, Title: "Spring is here", Text: "Look!"}})
	g, _ = m.Schedule(ctx, g.ID, marketing.Schedule{})
	for g.Status() == marketing.CampaignWaiting || g.Status() == marketing.CampaignSending { // what the timer does
		g, err = m.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	standing, _ := m.Standing(ctx, g.ID)
	fmt.Println(n, "in the segment:", standing.Queued, "queued, without consent", standing.Withheld[marketing.NoConsent])
	// Output:
	// to eva@shop.example: Spring is here
	// 2 in the segment: 1 queued, without consent 1
}
