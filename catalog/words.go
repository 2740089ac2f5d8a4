package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of words.
const (
	maxWord  = 64      // runes of one word that count
	maxWords = 100_000 // bytes of all words of a product that are found
	// MaxQueryWords is how many words of a search count.
	MaxQueryWords = 12
	// MaxQuery is the largest length of a search, in characters.
	MaxQuery = 200
)

// Words folds a text into the words by which search knows it: in small letters,
// without accents and umlaut dots, "ß" as "ss", of letters and digits alone.
//
//	Words("Grüne T-Shirts, 100 % Baumwolle") // grune t shirts 100 baumwolle
func Words(s string) []string {
	var out []string
	var word strings.Builder
	n := 0
	end := func() {
		if n > 0 {
			out = append(out, word.String())
		}
		word.Reset()
		n = 0
	}
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent, no end of a word
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case n < maxWord:
			word.WriteString(fold(r))
			n++
		}
	}
	end()
	return out
}

// fold returns the small form of a letter, without a bar or a slash.
func fold(r rune) string {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'þ':
		return "th"
	default:
		return string(r)
	}
}

// ProductText is what search knows of a product.
type ProductText struct {
	ID ID
	// Title and Body are folded words with a space between each, those of the
	// body each once. Those of the title count more.
	Title, Body string
}

// textOf returns what search is to know of a product with these variants.
func textOf(p Product, vs []Variant) ProductText {
	body := []string{p.Description}
	for _, v := range vs {
		body = append(body, v.SKU, v.Title)
		for _, o := range v.Options {
			body = append(body, o.Value)
		}
	}
	return ProductText{ID: p.ID, Title: strings.Join(Words(p.Title), " "), Body: joined(body...)}
}

// joined returns the words of texts, each once, as far as they fit.
func joined(texts ...string) string {
	var out strings.Builder
	seen := map[string]bool{}
	for _, text := range texts {
		for _, w := range Words(text) {
			if seen[w] || out.Len()+len(w) >= maxWords {
				continue
			}
			seen[w] = true
			if out.Len() > 0 {
				out.WriteByte(' ')
			}
			out.WriteString(w)
		}
	}
	return out.String()
}

// merged returns the variants of a product as a batch leaves them.
func merged(p Product, changes ...[]Variant) []Variant {
	out := append([]Variant(nil), p.Variants...)
	at := make(map[string]int, len(out))
	for i, v := range out {
		at[v.SKU] = i
	}
	for _, vs := range changes {
		for _, v := range vs {
			switch i, ok := at[v.SKU]; {
			case v.ProductID != p.ID:
			case ok:
				out[i] = v
			default:
				at[v.SKU] = len(out)
				out = append(out, v)
			}
		}
	}
	return out
}
