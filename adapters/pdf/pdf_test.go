package pdf_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/uuid"
	reader "github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/adapters/pdf"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/shipping/shippingtest"
)

func printer(t *testing.T, cfg pdf.Config) *pdf.Printer {
	t.Helper()
	p, err := pdf.New(cfg)
	require.NoError(t, err)
	return p
}

func text() shipping.LabelText {
	return shipping.LabelText{
		Carrier: "Kontor Post", Service: "Standard", Number: "FR123456789012",
		From:      []string{"Kontor", "Hafenstraße 1", "20457 Hamburg", "Germany"},
		To:        []string{"Łukasz Žižka", "Παπαδοπούλου 3", "улица Ленина 5", "1010 WIEN", "Austria"},
		Reference: "K-1001", Weight: "1.5 kg",
	}
}

func request() shipping.LabelRequest {
	return shipping.LabelRequest{
		From:   postal.Address{Company: "Kontor", Lines: []string{"Hafenstraße 1"}, City: "Hamburg", Postcode: "20457", Country: "DE"},
		To:     postal.Address{Name: "Łukasz Žižka", Lines: []string{"Gasse 3"}, City: "Wien", Postcode: "1010", Country: "AT"},
		Parcel: shipping.Parcel{Weight: 1500 * measure.Gram}, Reference: "K-1001", Key: "sh_7",
	}
}

// seen is a page as another program reads it.
type seen struct {
	lines  []string
	bars   []bar
	width  float64
	height float64
}

// bar is where a black box begins and ends.
type bar struct{ from, to float64 }

// look reads the pages of a document: the letters by the map that the document
// has for those who search in it, and the black boxes.
func look(t *testing.T, body []byte) []seen {
	t.Helper()
	r, err := reader.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(t, err)
	var pages []seen
	for n := range r.NumPage() {
		page := r.Page(n + 1)
		box := page.V.Key("Parent").Key("MediaBox")
		if own := page.V.Key("MediaBox"); !own.IsNull() {
			box = own
		}
		s := seen{width: box.Index(2).Float64(), height: box.Index(3).Float64()}
		for _, name := range page.Fonts() {
			requireCodesAreLetters(t, page.Font(name))
		}
		var x, y float64
		line, above := "", math.Inf(1)
		reader.Interpret(page.V.Key("Contents"), func(stack *reader.Stack, op string) {
			args := make([]reader.Value, stack.Len())
			for i := range args {
				args[len(args)-1-i] = stack.Pop()
			}
			switch op {
			case "Td":
				x, y = args[0].Float64(), args[1].Float64()
			case "Tj":
				require.Positive(t, x)
				if y != above && line != "" {
					s.lines, line = append(s.lines, line), ""
				}
				line, above = line+letters(args[0].RawString()), y
			case "re":
				if h := math.Abs(args[3].Float64()); h > 20 {
					s.bars = append(s.bars, bar{args[0].Float64(), args[0].Float64() + args[2].Float64()})
				}
			}
		})
		s.lines = append(s.lines, line)
		pages = append(pages, s)
	}
	return pages
}

// requireCodesAreLetters checks that the codes of a font are letters in UTF-16.
func requireCodesAreLetters(t *testing.T, f reader.Font) {
	t.Helper()
	require.Equal(t, "Identity-H", f.V.Key("Encoding").Name())
	b, err := io.ReadAll(f.V.Key("ToUnicode").Reader())
	require.NoError(t, err)
	require.Contains(t, string(b), "1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange")
}

func letters(codes string) string {
	var units []uint16
	for i := 0; i+1 < len(codes); i += 2 {
		units = append(units, uint16(codes[i])<<8|uint16(codes[i+1]))
	}
	return string(utf16.Decode(units))
}

// scan reads the barcode of a page as a scanner does, from a picture of 600 dots
// per inch.
func (s seen) scan(t *testing.T, wanted string) string {
	t.Helper()
	const dpi = 600.0
	picture := image.NewGray(image.Rect(0, 0, int(s.width*dpi/72), 40))
	for i := range picture.Pix {
		picture.Pix[i] = 0xFF
	}
	for _, b := range s.bars {
		for x := int(math.Round(b.from * dpi / 72)); x < int(math.Round(b.to*dpi/72)); x++ {
			for y := range 40 {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	require.NoError(t, err)
	result, err := oned.NewCode128Reader().Decode(bitmap, nil)
	require.NoError(t, err, wanted)
	return result.GetText()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile("testdata/"+name, got, 0o600))
	}
	want, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "testdata/%s: %d bytes, drawn now: %d", name, len(want), len(got))
}

func TestALabelIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for size, inches := range map[pdf.LabelSize][2]float64{pdf.A6: {105 / 25.4, 148 / 25.4}, pdf.FourBySix: {4, 6}} {
		t.Run(string(size), func(t *testing.T) {
			t.Parallel()
			format, body, err := printer(t, pdf.Config{Label: size}).PrintLabel(text())
			require.NoError(t, err)
			require.Equal(t, "pdf", format)
			require.LessOrEqual(t, len(body), shipping.MaxLabel)
			pages := look(t, body)
			require.Len(t, pages, 1)
			require.InDelta(t, inches[0]*72, pages[0].width, 0.1)
			require.InDelta(t, inches[1]*72, pages[0].height, 0.1)
			x := text()
			want := slices.Concat([]string{x.Carrier + x.Service}, x.From, x.To, []string{x.Number, x.Reference + x.Weight})
			require.Equal(t, want, pages[0].lines)
			require.Equal(t, x.Number, pages[0].scan(t, x.Number))
			narrow := math.Inf(1)
			for _, b := range pages[0].bars {
				narrow = min(narrow, b.to-b.from)
				require.Positive(t, b.from)
				require.Less(t, b.to, pages[0].width)
			}
			require.Greater(t, narrow*25.4/72, 0.25, "scanners read bars of a quarter of a millimetre")
		})
	}
}

func TestTheSameLabelHasTheSameBytes(t *testing.T) {
	t.Parallel()
	p := printer(t, pdf.Config{Label: pdf.FourBySix})
	_, body, err := p.PrintLabel(text())
	require.NoError(t, err)
	golden(t, "label.pdf", body)
	_, again, err := p.PrintLabel(text())
	require.NoError(t, err)
	require.True(t, bytes.Equal(body, again))
	_, later, err := printer(t, pdf.Config{Label: pdf.FourBySix, Dated: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)}).PrintLabel(text())
	require.NoError(t, err)
	require.Contains(t, string(later), "D:20260504030201")
	require.NotContains(t, string(later), "D:2000")
}

func TestEveryBarcodeCanBeScanned(t *testing.T) {
	t.Parallel()
	p := printer(t, pdf.Config{})
	for _, number := range []string{"1", "12345", "1Z999AA10123456784", "JD014600003232541912", "a-b/c d~" + strings.Repeat("7", 30), strings.Repeat("Q", 35)} {
		x := text()
		x.Number = number
		_, body, err := p.PrintLabel(x)
		require.NoError(t, err, number)
		require.Equal(t, number, look(t, body)[0].scan(t, number))
	}
}

// What cannot be shown as it is written is refused, and by the name of its field.
func TestNothingIsGarbled(t *testing.T) {
	t.Parallel()
	p := printer(t, pdf.Config{})
	for name, row := range map[string]struct {
		spoil func(x *shipping.LabelText)
		path  string
		code  string
	}{
		"letters that the font lacks": {func(x *shipping.LabelText) { x.To[0] = "山田太郎" }, "to[0]", "unprintable"},
		"from right to left":          {func(x *shipping.LabelText) { x.To[0] = "דוד כהן" }, "to[0]", "unprintable"},
		"letters that join":           {func(x *shipping.LabelText) { x.To[1] = "شارع ٥" }, "to[1]", "unprintable"},
		"letters that stack":          {func(x *shipping.LabelText) { x.To[1] = "ถนน" }, "to[1]", "unprintable"},
		"an accent with no letter":    {func(x *shipping.LabelText) { x.Reference = "x\u0323\u0307" }, "reference", "unprintable"},
		"a picture":                   {func(x *shipping.LabelText) { x.Carrier = "Post 📦" }, "carrier", "unprintable"},
		"a control character":         {func(x *shipping.LabelText) { x.Service = "a\tb" }, "service", "unprintable"},
		"what is no UTF-8":            {func(x *shipping.LabelText) { x.Weight = "1\xff" }, "weight", "not_utf8"},
		"a name beyond reading":       {func(x *shipping.LabelText) { x.To[0] = strings.Repeat("W", 200) }, "to[0]", "too_long"},
		"a number of letters":         {func(x *shipping.LabelText) { x.Number = "Ä1" }, "number", "not_ascii"},
		"no number":                   {func(x *shipping.LabelText) { x.Number = "" }, "number", "not_ascii"},
		"a number beyond scanning":    {func(x *shipping.LabelText) { x.Number = strings.Repeat("Q", 60) }, "number", "too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := text()
			row.spoil(&x)
			_, body, err := p.PrintLabel(x)
			require.ErrorIs(t, err, fault.Invalid)
			require.Nil(t, body)
			require.Len(t, fault.FieldsOf(err), 1)
			require.Equal(t, row.path, fault.FieldsOf(err)[0].Path)
			require.Equal(t, row.code, fault.FieldsOf(err)[0].Code)
		})
	}
}

// The shapes in a document are those of the letters in the font: what is read is
// what is seen.
func TestLettersHaveTheirShapes(t *testing.T) {
	t.Parallel()
	x := text()
	_, body, err := printer(t, pdf.Config{Bold: gomono.TTF, Regular: gomono.TTF}).PrintLabel(x)
	require.NoError(t, err)
	r, err := reader.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(t, err)
	whole, err := sfnt.Parse(gomono.TTF)
	require.NoError(t, err)
	page := r.Page(1)
	for _, name := range page.Fonts() {
		f := page.Font(name).V.Key("DescendantFonts").Index(0)
		glyphs, err := io.ReadAll(f.Key("CIDToGIDMap").Reader())
		require.NoError(t, err)
		file, err := io.ReadAll(f.Key("FontDescriptor").Key("FontFile2").Reader())
		require.NoError(t, err)
		part, err := sfnt.Parse(file)
		require.NoError(t, err)
		for _, letter := range x.To[0] + x.To[1] + x.To[2] {
			i := 2 * int(letter)
			got := sfnt.GlyphIndex(uint16(glyphs[i])<<8 | uint16(glyphs[i+1]))
			if got == 0 && name == page.Fonts()[0] {
				continue // set in the other font alone
			}
			require.Equal(t, outline(t, whole, glyph(t, whole, letter)), outline(t, part, got), "%c", letter)
		}
	}
}

func glyph(t *testing.T, f *sfnt.Font, letter rune) sfnt.GlyphIndex {
	t.Helper()
	i, err := f.GlyphIndex(nil, letter)
	require.NoError(t, err)
	require.NotZero(t, i)
	return i
}

func outline(t *testing.T, f *sfnt.Font, i sfnt.GlyphIndex) sfnt.Segments {
	t.Helper()
	segments, err := f.LoadGlyph(&sfnt.Buffer{}, i, fixed.I(1000), nil)
	require.NoError(t, err)
	return segments
}

// An accent that is written apart is set as one letter with its own.
func TestAccentsAreComposed(t *testing.T) {
	t.Parallel()
	x := text()
	x.To[0] = "Zoe\u0308 Nova\u0301k"
	_, body, err := printer(t, pdf.Config{}).PrintLabel(x)
	require.NoError(t, err)
	require.Contains(t, look(t, body)[0].lines, "Zoë Novák")
}

func TestFontsOfTheHost(t *testing.T) {
	t.Parallel()
	plain, mono := printer(t, pdf.Config{}), printer(t, pdf.Config{Regular: gomono.TTF})
	_, first, err := plain.PrintLabel(text())
	require.NoError(t, err)
	_, second, err := mono.PrintLabel(text())
	require.NoError(t, err)
	require.Equal(t, look(t, first)[0].lines, look(t, second)[0].lines)
	require.False(t, bytes.Equal(first, second))
	for path, cfg := range map[string]pdf.Config{
		"regular": {Regular: []byte("no font"), Bold: gomono.TTF},
		"bold":    {Regular: gomono.TTF, Bold: append([]byte("OTTO"), gomono.TTF[4:]...)},
		"label":   {Label: "a4"},
	} {
		_, err := pdf.New(cfg)
		require.ErrorIs(t, err, fault.Invalid)
		require.Len(t, fault.FieldsOf(err), 1)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
}

// A carrier with this printer is as good a carrier as with its own.
func TestSuite(t *testing.T) {
	t.Parallel()
	shippingtest.Run(t, func(t *testing.T) shippingtest.Harness {
		t.Helper()
		post := flatrate.New(money.EUR(4_95))
		post.Printer = printer(t, pdf.Config{})
		r := request()
		return shippingtest.Harness{Carrier: post, Label: &r, Request: shipping.RateRequest{
			To: postal.Place{Country: "DE", Postcode: "10115"}, Value: money.EUR(50_00), Parcels: []shipping.Parcel{{Weight: measure.Kilogram}},
		}}
	})
}

func packed() (fulfillment.Fulfillment, order.Order) {
	var o order.Order
	o.ShipTo = &postal.Address{Name: "Łukasz Žižka", Lines: []string{"Gasse 3"}, City: "Wien", Postcode: "1010", Country: "AT"}
	return fulfillment.Fulfillment{
		ID: fulfillment.IDFrom(uuid.Max), Order: o.ID, Number: "K-1001",
		Lines: []fulfillment.Line{
			{N: 1, SKU: "TEE-M", Title: "Tee, grün", Quantity: 2},
			{N: 2, SKU: "MUG", Title: strings.TrimSpace(strings.Repeat("a mug with a long name ", 8)), Quantity: 10},
		},
		Parcels: []fulfillment.Parcel{{N: 1, Weight: 800 * measure.Gram, Carrier: "flatrate", Tracking: "FR123456789012"}, {N: 2}},
	}, o
}

func TestAPackingSlipIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	f, o := packed()
	body, err := printer(t, pdf.Config{}).Slip(f, o, fulfillment.SlipWords{Lang: "de", Title: "Lieferschein"})
	require.NoError(t, err)
	golden(t, "slip.pdf", body)
	pages := look(t, body)
	require.Len(t, pages, 1)
	all := strings.Join(pages[0].lines, "\n")
	require.True(t, strings.HasPrefix(all, "Lieferschein\nOrder K-1001 · "+f.ID.String()+"\n"), all)
	require.Contains(t, all, "Ship to\nŁukasz Žižka\nGasse 3\n1010 Wien\n")
	require.Contains(t, all, "Item no.ArticleQuantity\nTEE-MTee, grün2\nMUG")
	require.Contains(t, strings.ReplaceAll(all, "\n", " "), "MUG"+f.Lines[1].Title+" 10", "a long title goes on in the next line")
	require.Contains(t, all, "ParcelWeightTracking\n1800 gflatrate FR123456789012\n2")
}

func TestALongSlipHasPages(t *testing.T) {
	t.Parallel()
	f, o := packed()
	f.Lines = nil
	for i := range 100 {
		f.Lines = append(f.Lines, fulfillment.Line{N: i + 1, SKU: fmt.Sprintf("SKU-%03d", i), Title: "A thing", Quantity: 1})
	}
	body, err := printer(t, pdf.Config{}).Slip(f, o, fulfillment.SlipWords{})
	require.NoError(t, err)
	pages := look(t, body)
	require.Len(t, pages, 3)
	var lines []string
	for _, p := range pages {
		require.Equal(t, 1, strings.Count(strings.Join(p.lines, "\n"), "Item no."), "each page has the head of the table")
		lines = append(lines, p.lines...)
	}
	all := strings.Join(lines, "\n")
	for _, l := range f.Lines {
		require.Equal(t, 1, strings.Count(all, l.SKU))
	}
}

func TestSlipsAreRefused(t *testing.T) {
	t.Parallel()
	p := printer(t, pdf.Config{})
	f, o := packed()
	f.Lines[0].Title = "手袋"
	_, err := p.Slip(f, o, fulfillment.SlipWords{})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "lines[0].title", fault.FieldsOf(err)[0].Path)
	f, o = packed()
	o.ID = order.IDFrom(uuid.Max)
	_, err = p.Slip(f, o, fulfillment.SlipWords{})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "order", fault.FieldsOf(err)[0].Path)
}

func Example() {
	printer, err := pdf.New(pdf.Config{Label: pdf.FourBySix})
	if err != nil {
		fmt.Println(err)
		return
	}
	post := flatrate.New(money.EUR(4_95))
	post.Printer = printer
	label, err := post.Label(context.Background(), request())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(label.Number, label.Format, string(label.Body[:5]))
	// Output: FR345986604816 pdf %PDF-
}
