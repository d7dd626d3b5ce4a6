package schema

import (
	"fmt"
	"strings"
)

// similar returns the candidate most like the word, or "" when none is.
func similar(word string, candidates []string) string {
	best, least := "", max(1, len(word)/3)
	for _, c := range candidates {
		if d := distance(word, c); d <= least {
			best, least = c, d-1
		}
	}
	return best
}

// Suggest returns `; did you mean "x"?` with the candidate most like the word, or nothing.
func Suggest(word string, candidates []string) string { return didYouMean(similar(word, candidates)) }

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", word)
}

// suggestOrList is Suggest, or else the list of all candidates.
func suggestOrList(word string, candidates []string) string {
	if s := Suggest(word, candidates); s != "" {
		return s
	}
	return "; it is one of " + strings.Join(candidates, ", ")
}

// distance counts the octets to insert, delete, replace or swap with the next to turn a into b.
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
