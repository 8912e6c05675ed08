namespace Switchboard.Tests.Protocol.Sse;

/// <summary>
/// The standard's reading of an event stream, done the plain way over a whole text: what the scanner's cleverness is
/// compared with. One character is one byte.
/// </summary>
internal static class PlainSse
{
    public static List<ReadEvent> Read(string text)
    {
        var events = new List<ReadEvent>();
        var (lastId, retry) = ("", (int?)null);
        var block = new List<string>();
        var rest = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
        while (rest.Length > 0)
        {
            var end = rest.IndexOfAny(['\r', '\n']);
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? "" : rest[(end + (rest[end..].StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1))..];
            if (line.Length > 0)
            {
                block.Add(line);
            }
            else
            {
                var fields = Fields(block);
                lastId = fields.LastOrDefault(f => f.Name == "id" && !f.Value.Contains('\0')).Value ?? lastId;
                retry = fields.Where(f => f.Name == "retry").Select(f => Number(f.Value)).LastOrDefault(number => number is not null) ?? retry;
                if (fields.Any(f => f.Name == "data") || TypeOf(fields).Length > 0)
                {
                    events.Add(Event(fields, lastId, retry, isComplete: true));
                }

                block.Clear();
            }
        }

        if (Fields(block) is { Count: > 0 } left)
        {
            events.Add(Event(left, lastId, retry, isComplete: false));
        }

        return events;
    }

    private static ReadEvent Event(List<(string Name, string Value)> fields, string lastId, int? retry, bool isComplete)
    {
        var data = fields.Where(f => f.Name == "data").Select(f => f.Value).ToList();
        return new ReadEvent(TypeOf(fields), string.Join('\n', data), data.Count > 0, lastId, retry, isComplete, default);
    }

    private static string TypeOf(List<(string Name, string Value)> fields) => fields.LastOrDefault(f => f.Name == "event").Value ?? "";

    private static List<(string Name, string Value)> Fields(List<string> lines) =>
        [.. lines.Where(line => line[0] != ':').Select(line => line.Split(':', 2)).Select(parts => (parts[0], ValueOf(parts)))];

    private static string ValueOf(string[] parts) =>
        parts.Length == 1 ? "" : parts[1].StartsWith(' ') ? parts[1][1..] : parts[1];

    private static int? Number(string value) =>
        value.Length > 0 && value.All(char.IsAsciiDigit) && int.TryParse(value, out var number) ? number : null;
}
