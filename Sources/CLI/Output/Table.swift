import Text

/// Rows of text in aligned columns under a heading, two spaces apart, without blanks at the ends of lines.
struct Table {
  let heading: [String]
  var rows: [[String]] = []
  /// Columns of numbers, which are aligned at their right edge.
  var rightAligned: Set<Int> = []

  var text: String {
    let all = [heading] + rows.map { $0.map(\.escapingControls) }
    let widths = heading.indices.map { column in
      all.map { DisplayText.columns($0[column]) }.max() ?? 0
    }
    return all.map { row in
      let cells = row.indices.map { column in
        DisplayText.padded(row[column], to: widths[column], alignedRight: rightAligned.contains(column))
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
