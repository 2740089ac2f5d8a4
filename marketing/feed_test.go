package marketing_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
)

func head() marketing.Feed {
	return marketing.Feed{Title: "Tees & more", Description: "All we have", Link: "https://shop.example/"}
}

func tee() marketing.FeedItem {
	return marketing.FeedItem{
		ID: "TEE-M", Title: "T-Shirt „Größe M“ <new> & soft", Description: "Line 1\nLine 2 ]]> \"quoted\"",
		Link: "https://shop.example/tee?size=M&color=black", Image: "https://img.example/tee.jpg",
		Images: []string{"https://img.example/tee-2.jpg"}, Available: marketing.InStock, Price: money.EUR(19_99),
		Brand: "Tee & Co", MPN: "TC-1", GTIN: "4006381333931", Group: "TEE", Category: "212", Type: "Clothing > Shirts",
		Color: "Black", Size: "M", Material: "cotton",
	}
}

func of(items ...marketing.FeedItem) iter.Seq2[marketing.FeedItem, error] {
	return func(yield func(marketing.FeedItem, error) bool) {
		for _, x := range items {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func TestAMerchantFeed(t *testing.T) {
	t.Parallel()
	onSale := tee()
	onSale.ID, onSale.Sale, onSale.SaleFrom, onSale.SaleUntil = "TEE-S", money.EUR(14_50), noon(), noon().AddDate(0, 0, 7)
	onSale.Brand, onSale.GTIN = "", ""
	yen := marketing.FeedItem{
		ID: "CUP", Title: "Cup", Description: "A cup", Link: "http://shop.example/cup", Image: "http://img.example/cup.png",
		Available: marketing.Preorder, From: noon().In(time.FixedZone("", 9*3600)), Price: money.JPY(1980), Condition: marketing.Refurbished,
	}
	bad := tee()
	bad.ID, bad.GTIN, bad.Price = "BAD", "4006381333932", money.EUR(0)
	var w strings.Builder
	report, err := marketing.WriteMerchantFeed(t.Context(), &w, head(), of(tee(), bad, onSale, yen))
	require.NoError(t, err)
	golden(t, "merchant.xml", w.String())
	require.Equal(t, 3, report.Written)
	require.Equal(t, 1, report.LeftOut)
	require.Equal(t, "BAD", report.Problems[0].ID)
	require.Equal(t, []string{"price", "gtin"}, []string{report.Problems[0].Fields[0].Path, report.Problems[0].Fields[1].Path})
}

// What a program for XML reads out of a feed is what was put into it.
func TestAFeedIsReadBackAsItWasMeant(t *testing.T) {
	t.Parallel()
	x := tee()
	x.Title, x.Description = `<>&"' ü 你好 😀`, "a\n<b>&amp;</b>\t]]>"
	var w strings.Builder
	_, err := marketing.WriteMerchantFeed(t.Context(), &w, head(), of(x))
	require.NoError(t, err)
	var doc struct {
		Channel struct {
			Title string `xml:"title"`
			Items []struct {
				Title       string `xml:"http://base.google.com/ns/1.0 title"`
				Description string `xml:"http://base.google.com/ns/1.0 description"`
				Link        string `xml:"http://base.google.com/ns/1.0 link"`
				Price       string `xml:"http://base.google.com/ns/1.0 price"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	require.NoError(t, xml.Unmarshal([]byte(w.String()), &doc))
	require.Equal(t, "Tees & more", doc.Channel.Title)
	require.Equal(t, x.Title, doc.Channel.Items[0].Title)
	require.Equal(t, x.Description, doc.Channel.Items[0].Description)
	require.Equal(t, x.Link, doc.Channel.Items[0].Link)
	require.Equal(t, "19.99 EUR", doc.Channel.Items[0].Price)
}

func TestCheckDigitsOfGTINs(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"4006381333931", "96385074", "036000291452", "10614141000415", "9780306406157"} {
		require.True(t, marketing.IsGTIN(good), good)
		for i := range len(good) { // any one digit that is another is noticed
			for d := byte('0'); d <= '9'; d++ {
				if d != good[i] {
					require.False(t, marketing.IsGTIN(good[:i]+string(d)+good[i+1:]), good)
				}
			}
		}
	}
	for _, bad := range []string{"", "4006381333930", "400638133393", "40063813339310", "400638133393a", "00000000", "０0638507"} {
		require.False(t, marketing.IsGTIN(bad), bad)
	}
}

func TestItemsThatWouldBeRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, tee().Check())
	long := func(n int) string { return strings.Repeat("ä", n) }
	for _, row := range []struct {
		field  string
		change func(x *marketing.FeedItem)
	}{
		{"id", func(x *marketing.FeedItem) { x.ID = "" }},
		{"id", func(x *marketing.FeedItem) { x.ID = long(51) }},
		{"title", func(x *marketing.FeedItem) { x.Title = long(151) }},
		{"title", func(x *marketing.FeedItem) { x.Title = "a\x00" }},
		{"description", func(x *marketing.FeedItem) { x.Description = " \n" }},
		{"description", func(x *marketing.FeedItem) { x.Description = long(5001) }},
		{"link", func(x *marketing.FeedItem) { x.Link = "/tee" }},
		{"link", func(x *marketing.FeedItem) { x.Link = "javascript:alert(1)" }},
		{"link", func(x *marketing.FeedItem) { x.Link = "https://shop.example/größe" }},
		{"image", func(x *marketing.FeedItem) { x.Image = "" }},
		{"images", func(x *marketing.FeedItem) { x.Images = slices.Repeat(x.Images, 11) }},
		{"available", func(x *marketing.FeedItem) { x.Available = "in stock" }},
		{"from", func(x *marketing.FeedItem) { x.Available = marketing.Backorder }},
		{"from", func(x *marketing.FeedItem) { x.From = noon() }},
		{"price", func(x *marketing.FeedItem) { x.Price = money.Amount{} }},
		{"price", func(x *marketing.FeedItem) { x.Price = money.EUR(-1) }},
		{"sale", func(x *marketing.FeedItem) { x.Sale = x.Price }},
		{"sale", func(x *marketing.FeedItem) { x.Sale = money.EUR(0) }},
		{"sale", func(x *marketing.FeedItem) { x.Sale = money.USD(1) }},
		{"sale", func(x *marketing.FeedItem) { x.SaleFrom, x.SaleUntil = noon(), noon().Add(1) }},
		{"sale_until", func(x *marketing.FeedItem) { x.Sale, x.SaleFrom = money.EUR(1), noon() }},
		{"sale_until", func(x *marketing.FeedItem) { x.Sale, x.SaleFrom, x.SaleUntil = money.EUR(1), noon(), noon() }},
		{"condition", func(x *marketing.FeedItem) { x.Condition = "mint" }},
		{"gtin", func(x *marketing.FeedItem) { x.GTIN = "123" }},
		{"brand", func(x *marketing.FeedItem) { x.Brand = long(71) }},
		{"group", func(x *marketing.FeedItem) { x.Group = long(51) }},
		{"color", func(x *marketing.FeedItem) { x.Color = long(101) }},
	} {
		x := tee()
		row.change(&x)
		refused(t, row.field, x.Check())
	}
	for field, h := range map[string]marketing.Feed{
		"title": {Description: "x", Link: "https://x.example"}, "description": {Title: "x", Link: "https://x.example"},
		"link": {Title: "x", Description: "x", Link: "x"},
	} {
		refused(t, field, second(marketing.WriteMerchantFeed(t.Context(), io.Discard, h, of())))
	}
}

// A list of any length passes through page by page, and its errors come out.
func TestPagesBecomeOneStream(t *testing.T) {
	t.Parallel()
	const all, size = 1000, 64
	asked := 0
	read := func(_ context.Context, after *marketing.FeedItem) ([]marketing.FeedItem, error) {
		asked++
		from := 0
		if after != nil {
			_, err := fmt.Sscanf(after.ID, "SKU-%d", &from)
			require.NoError(t, err)
			from++
		}
		var out []marketing.FeedItem
		for i := from; i < min(from+size, all); i++ {
			x := tee()
			x.ID = fmt.Sprintf("SKU-%d", i)
			out = append(out, x)
		}
		return out, nil
	}
	var w strings.Builder
	report, err := marketing.WriteMerchantFeed(t.Context(), &w, head(), marketing.FeedPages(t.Context(), read))
	require.NoError(t, err)
	require.Equal(t, all, report.Written)
	require.Equal(t, all, strings.Count(w.String(), "<item>"))
	require.Equal(t, all/size+2, asked)

	down := errors.New("down")
	_, err = marketing.WriteMerchantFeed(t.Context(), io.Discard, head(),
		marketing.FeedPages(t.Context(), func(context.Context, *marketing.FeedItem) ([]marketing.FeedItem, error) { return nil, down }))
	require.ErrorIs(t, err, down)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = marketing.WriteMerchantFeed(ctx, io.Discard, head(), marketing.FeedPages(ctx, read))
	require.ErrorIs(t, err, context.Canceled)
	_, err = marketing.WriteMerchantFeed(t.Context(), full{}, head(), marketing.FeedPages(t.Context(), read))
	require.ErrorIs(t, err, fault.Unavailable)
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, fault.Unavailable }

// Items come from the host's catalogue; here there is one.
func ExampleWriteMerchantFeed() {
	items := func(yield func(marketing.FeedItem, error) bool) {
		yield(marketing.FeedItem{
			ID: "MUG", Title: "Mug", Description: "A mug", Link: "https://shop.example/mug", Image: "https://shop.example/mug.jpg",
			Available: marketing.InStock, Price: money.EUR(9_90),
		}, nil)
	}
	report, err := marketing.WriteMerchantFeed(context.Background(), os.Stdout,
		marketing.Feed{Title: "Shop", Description: "All we have", Link: "https://shop.example"}, items)
	fmt.Println(report.Written, err)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
	// <channel>
	// <title>Shop</title>
	// <link>https://shop.example</link>
	// <description>All we have</description>
	// <item>
	// <g:id>MUG</g:id>
	// <g:title>Mug</g:title>
	// <g:description>A mug</g:description>
	// <g:link>https://shop.example/mug</g:link>
	// <g:image_link>https://shop.example/mug.jpg</g:image_link>
	// <g:availability>in_stock</g:availability>
	// <g:price>9.90 EUR</g:price>
	// <g:condition>new</g:condition>
	// <g:identifier_exists>no</g:identifier_exists>
	// </item>
	// </channel>
	// </rss>
	// 1 <nil>
}
