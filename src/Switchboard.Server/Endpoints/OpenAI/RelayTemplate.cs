using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>A path of the specification, to be filled with the ids of a request: <c>files/{file_id}/content</c>.</summary>
internal sealed class RelayTemplate
{
    private readonly string[] _segments;

    private RelayTemplate(string[] segments) => _segments = segments;

    /// <summary>Reads a template.</summary>
    public static RelayTemplate Parse(string path) => new(path.Trim('/').Split('/'));

    /// <summary>The path for the provider, its ids escaped anew.</summary>
    /// <param name="values">What routing found.</param>
    /// <param name="path">The path, without a slash before it.</param>
    /// <param name="parameter">The parameter whose value is no id.</param>
    public bool TryFill(RouteValueDictionary values, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? parameter)
    {
        var filled = new StringBuilder();
        foreach (var segment in _segments)
        {
            filled.Append(filled.Length == 0 ? "" : "/");
            if (segment[0] != '{')
            {
                filled.Append(segment);
                continue;
            }

            var name = segment[1..^1];
            if (values[name] is not string id || !ForwardedPath.IsSegment(id))
            {
                (path, parameter) = (null, name);
                return false;
            }

            filled.Append(Uri.EscapeDataString(id));
        }

        (path, parameter) = (filled.ToString(), null);
        return true;
    }
}
