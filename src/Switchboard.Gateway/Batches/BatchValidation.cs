using Switchboard.Gateway.Batches.Lines;

namespace Switchboard.Gateway.Batches;

/// <summary>Looks at all lines of a batch before the first is answered.</summary>
internal static class BatchValidation
{
    /// <summary>The most lines.</summary>
    public const int MostLines = 50_000;

    /// <summary>Looks at them.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="endpoint">Which endpoint they have to be for.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many there are, and what is wrong with them.</returns>
    public static async Task<(int Total, List<BatchFault> Faults)> CheckAsync(InputLines lines, string endpoint, CancellationToken cancellationToken)
    {
        var (total, faults) = (0, new List<BatchFault>());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (faults.Count < BatchFault.Most && await lines.ReadAsync(cancellationToken))
        {
            if (++total > MostLines)
            {
                return (total, [new BatchFault("too_many_lines", $"The file has more than {MostLines} lines.")]);
            }

            if (CheckLine(lines, endpoint, seen) is { } fault)
            {
                faults.Add(fault with { Line = lines.Number });
            }
        }

        if (total == 0)
        {
            faults.Add(new BatchFault("empty_file", "The file has no lines."));
        }

        return (total, faults);
    }

    private static BatchFault? CheckLine(InputLines lines, string endpoint, HashSet<string> seen) =>
        lines.IsTooLong ? new BatchFault("line_too_long", "This line is longer than a request may be (server.max_body_mb).")
        : BatchLine.Read(lines.Line, endpoint, out var line) is { } fault ? fault
        : !seen.Add(line.CustomId) ? new BatchFault("duplicate_custom_id", "The 'custom_id' of this line is that of another: each must be unique in a batch.", "custom_id")
        : null;
}
