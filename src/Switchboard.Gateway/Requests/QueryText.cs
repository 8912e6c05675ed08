using System.Text;

namespace Switchboard.Gateway.Requests;

/// <summary>Reads or changes one parameter of a path's query, and leaves all others as they were written.</summary>
public static class QueryText
{
    /// <summary>The path without the parameter.</summary>
    /// <param name="path">A path, with a query or without.</param>
    /// <param name="parameter">Its name, in any case: servers differ in that.</param>
    public static string Without(string path, string parameter) => Change(path, parameter, null);

    /// <summary>The path with another value for a parameter that it has.</summary>
    /// <param name="path">A path with a query.</param>
    /// <param name="parameter">Its name, in any case.</param>
    /// <param name="value">The value, not escaped yet.</param>
    public static string With(string path, string parameter, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Change(path, parameter, value);
    }

    /// <summary>The value of a parameter; null where the query has none of that name.</summary>
    internal static string? Find(string path, string parameter)
    {
        var question = path.IndexOf('?', StringComparison.Ordinal);
        foreach (var pair in question < 0 ? [] : path[(question + 1)..].Split('&'))
        {
            if (NameOf(pair).Equals(parameter, StringComparison.Ordinal))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                return equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' '));
            }
        }

        return null;
    }

    private static string Change(string path, string parameter, string? value)
    {
        ArgumentNullException.ThrowIfNull(path);
        var question = path.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return path;
        }

        var query = path.AsSpan(question + 1);
        var changed = new StringBuilder(path, 0, question, path.Length);
        var mark = '?';
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var isMeant = NameOf(pair).Equals(parameter, StringComparison.OrdinalIgnoreCase);
            if (!pair.IsEmpty && !(isMeant && value is null))
            {
                _ = isMeant ? changed.Append(mark).Append(parameter).Append('=').Append(Uri.EscapeDataString(value!)) : changed.Append(mark).Append(pair);
                mark = '&';
            }
        }

        return changed.ToString();
    }

    private static string NameOf(ReadOnlySpan<char> pair)
    {
        var equals = pair.IndexOf('=');
        return Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).ToString().Replace('+', ' '));
    }
}
