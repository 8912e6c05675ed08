using System.Buffers;
using System.Text;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>What the headers of a part say of it.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="FileName">The name of its file as it came; null where it has none.</param>
internal readonly record struct PartHead(string Name, string? FileName)
{
    /// <summary>It has a file name.</summary>
    public bool IsFile => FileName is not null;

    /// <summary>Reads the token of a head, the boundary's line included.</summary>
    /// <param name="token">The token.</param>
    /// <param name="head">What it says.</param>
    /// <param name="fault">What is wrong with it; null for nothing.</param>
    public static bool TryRead(ReadOnlySpan<byte> token, out PartHead head, out string? fault)
    {
        head = default;
        fault = null;
        string? disposition = null;
        var start = token.StartsWith("\r\n"u8) ? 2 : 0;
        foreach (var line in Encoding.UTF8.GetString(token[start..]).Split("\r\n").AsSpan(1))
        {
            fault ??= CheckLine(line);
            if (fault is null && line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase))
            {
                fault = disposition is null ? null : "a part has two headers Content-Disposition";
                disposition = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            }
        }

        fault ??= disposition is null ? "a part has no header Content-Disposition" : new DispositionReader(disposition).Read(out head);
        return fault is null;
    }

    private static string? CheckLine(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return line.Length == 0 ? null
            : colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t") ? "a part has a line that is no header"
            : line.Any(character => char.IsControl(character) && character != '\t') ? "the headers of a part hold control characters"
            : null;
    }

    /// <summary>Reads <c>form-data; name="…"; filename="…"</c>.</summary>
    private ref struct DispositionReader(string text)
    {
        private const string Malformed = "the header Content-Disposition of a part cannot be read";

        private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*");

        private ReadOnlySpan<char> _rest = text.AsSpan().Trim();
        private string? _name;
        private string? _fileName;

        public string? Read(out PartHead head)
        {
            head = default;
            if (!TakeUntilSemicolon().Equals("form-data", StringComparison.OrdinalIgnoreCase))
            {
                return "a part is no form-data";
            }

            while (!_rest.IsEmpty)
            {
                var equals = _rest.IndexOf('=');
                var parameter = equals <= 0 ? [] : _rest[..equals];
                if (parameter.IsEmpty || parameter.ContainsAnyExcept(s_nameCharacters))
                {
                    return Malformed;
                }

                _rest = _rest[(equals + 1)..];
                if (!TryTakeValue(out var value) || Note(parameter, value) is not null)
                {
                    return Malformed;
                }
            }

            head = new PartHead(_name ?? "", _fileName);
            return _name is null or "" ? "a part has no name" : null;
        }

        private ReadOnlySpan<char> TakeUntilSemicolon()
        {
            var end = _rest.IndexOf(';');
            var taken = (end < 0 ? _rest : _rest[..end]).Trim();
            _rest = end < 0 ? [] : _rest[(end + 1)..].TrimStart();
            return taken;
        }

        private bool TryTakeValue(out string value)
        {
            if (_rest.IsEmpty || _rest[0] != '"')
            {
                value = TakeUntilSemicolon().ToString();
                return value.Length > 0 && !value.Contains('"', StringComparison.Ordinal);
            }

            var end = 1;
            while (end < _rest.Length && _rest[end] != '"')
            {
                end += _rest[end] == '\\' && end + 1 < _rest.Length && _rest[end + 1] is '"' or '\\' ? 2 : 1;
            }

            value = end < _rest.Length ? _rest[1..end].ToString() : "";
            if (end >= _rest.Length)
            {
                return false;
            }

            _rest = _rest[(end + 1)..].TrimStart();
            return _rest.IsEmpty || TakeUntilSemicolon().IsEmpty;
        }

        // A name that readers might each read in its own way is none: given twice, encoded, with a backslash.
        private string? Note(ReadOnlySpan<char> parameter, string value)
        {
            if (parameter.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                var isSound = _name is null && !value.Contains('\\', StringComparison.Ordinal);
                _name = value;
                return isSound ? null : Malformed;
            }

            _fileName ??= parameter.StartsWith("filename", StringComparison.OrdinalIgnoreCase) ? value : null;
            return parameter.Equals("name*", StringComparison.OrdinalIgnoreCase) ? Malformed : null;
        }
    }
}
