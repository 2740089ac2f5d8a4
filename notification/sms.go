package notification

import (
	"strings"
	"unicode/utf16"
)

// MaxSegments is how many parts an SMS may have.
const MaxSegments = 10

// The alphabet of GSM 03.38; the characters of its extension count twice.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Segments returns how many parts an SMS of this text has, each of which is
// paid for. A text of the GSM alphabet has 160 characters in one part and 153
// in each of several; any other character makes it one of 70 and 67 UTF-16
// units. A character is never cut in two. An empty text has no parts.
func Segments(text string) int {
	if text == "" {
		return 0
	}
	sizes, gsm := make([]int, 0, len(text)), true
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			sizes = append(sizes, 1)
		case strings.ContainsRune(gsmExtended, r):
			sizes = append(sizes, 2)
		default:
			gsm = false
		}
	}
	if gsm {
		return parts(sizes, 160, 153)
	}
	sizes = sizes[:0]
	for _, r := range text {
		sizes = append(sizes, utf16.RuneLen(r))
	}
	return parts(sizes, 70, 67)
}

// parts packs characters: all into one part of size alone, or in their order
// into as many of size each as it takes.
func parts(sizes []int, alone, each int) int {
	sum := 0
	for _, n := range sizes {
		sum += n
	}
	if sum <= alone {
		return 1
	}
	count, used := 1, 0
	for _, n := range sizes {
		if used+n > each {
			count, used = count+1, 0
		}
		used += n
	}
	return count
}
