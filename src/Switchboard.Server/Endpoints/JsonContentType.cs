namespace Switchboard.Server.Endpoints;

/// <summary>Whether a media type says JSON: <c>application/json</c> or <c>application/*+json</c>, case and parameters ignored.</summary>
internal static class JsonContentType
{
    public static bool Matches(string? contentType)
    {
        var type = contentType.AsSpan();
        var parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
                && type.Length > "application/+json".Length);
    }
}
