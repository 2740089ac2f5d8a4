package pdf

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/shipping"
)

// LabelSize is a size of labels.
type LabelSize string

// The sizes.
const (
	// A6 is 105 by 148 millimetres.
	A6 LabelSize = "a6"
	// FourBySix is 4 by 6 inches.
	FourBySix LabelSize = "4x6"
)

// size returns a size in points, of which an inch has 72.
func (s LabelSize) size() (fpdf.SizeType, bool) {
	switch s {
	case A6:
		return fpdf.SizeType{Wd: 297.64, Ht: 419.53}, true
	case FourBySix:
		return fpdf.SizeType{Wd: 288, Ht: 432}, true
	default:
		return fpdf.SizeType{}, false
	}
}

// Config is what a Printer prints on and with. The zero value is of use.
type Config struct {
	// Label is the size of labels. Default: A6.
	Label LabelSize
	// Regular and Bold are TrueType fonts, the whole files. Their licences must
	// allow them to be embedded. Default: Go Regular and Go Bold; if only one is
	// given, it is both.
	Regular, Bold []byte
	// Dated is the date that documents bear, the same for all. Default: the
	// first of January 2000.
	Dated time.Time
}

// Printer draws. It is safe for concurrent use.
type Printer struct {
	label         fpdf.SizeType
	regular, bold face
	dated         time.Time
}

var _ shipping.LabelPrinter = (*Printer)(nil)

// New returns a printer. A size that there is not, or a font that cannot be
// read, is an Invalid error that names the field.
func New(cfg Config) (*Printer, error) {
	p := &Printer{dated: cfg.Dated.UTC()}
	var c fault.Check
	if cfg.Label == "" {
		cfg.Label = A6
	}
	size, ok := cfg.Label.size()
	c.That(ok, "label", "unknown", "must be a6 or 4x6")
	p.label = size
	if cfg.Dated.IsZero() {
		p.dated = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	switch regular, bold := cfg.Regular, cfg.Bold; {
	case regular == nil && bold == nil:
		cfg.Regular, cfg.Bold = goregular.TTF, gobold.TTF
	case regular == nil:
		cfg.Regular = bold
	case bold == nil:
		cfg.Bold = regular
	}
	var err error
	if p.regular, err = readFace("", cfg.Regular); err != nil {
		c.Add("regular", "bad_font", "must be a TrueType font")
	}
	if p.bold, err = readFace("B", cfg.Bold); err != nil {
		c.Add("bold", "bad_font", "must be a TrueType font")
	}
	return p, c.Err("pdf.new")
}

// family is the name of the fonts inside a document.
const family = "text"

// document begins a document of pages of a size.
func (p *Printer) document(size fpdf.SizeType) *fpdf.Fpdf {
	d := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: size})
	d.SetCreationDate(p.dated)
	d.SetModificationDate(p.dated)
	d.SetCatalogSort(true)
	d.SetProducer("Kontor", true)
	d.SetMargins(0, 0, 0)
	d.SetCellMargin(0)
	d.SetAutoPageBreak(false, 0)
	for _, f := range []face{p.regular, p.bold} {
		d.AddUTF8FontFromBytes(family, f.style, bytes.Clone(f.ttf))
	}
	return d
}

// finish returns the bytes of a document.
func finish(d *fpdf.Fpdf, what string) ([]byte, error) {
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return nil, fmt.Errorf("pdf: %s: %w", what, err)
	}
	return b.Bytes(), nil
}
