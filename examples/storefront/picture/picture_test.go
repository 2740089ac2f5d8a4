package picture_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/examples/storefront/picture"
)

// Every variant of the catalogue has a picture that is well-formed XML, the same
// each time, and without anything that runs or is fetched.
func TestEveryVariantHasAPicture(t *testing.T) {
	t.Parallel()
	c, err := appliances.Spree()
	require.NoError(t, err)
	for _, p := range c.Products {
		for _, v := range p.Variants {
			shade := appliances.Slug(appliances.Shade(v))
			svg, ok := picture.Product(p.Slug, shade)
			require.True(t, ok, "%s in %q", p.Slug, shade)
			again, _ := picture.Product(p.Slug, shade)
			require.Equal(t, svg, again)
			text := string(svg)
			require.NotContains(t, text, "@", "a colour is missing in %s", p.Slug)
			require.NotContains(t, text, "<script")
			require.NotContains(t, text, "href")
			d := xml.NewDecoder(strings.NewReader(text))
			for err == nil {
				_, err = d.Token()
			}
			require.True(t, errors.Is(err, io.EOF), "%s: %v", p.Slug, err)
			err = nil
		}
	}
}

func TestUnknownNamesHaveNone(t *testing.T) {
	t.Parallel()
	for _, name := range [][2]string{{"car", "black"}, {"tower-fan", "plaid"}, {"../picture", "black"}, {"", ""}} {
		_, ok := picture.Product(name[0], name[1])
		require.False(t, ok, name)
	}
}
