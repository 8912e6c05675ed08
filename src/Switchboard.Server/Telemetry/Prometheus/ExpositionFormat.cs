using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>How the page is written.</summary>
internal sealed record ExpositionFormat
{
    private ExpositionFormat(string contentType, bool isOpenMetrics) => (ContentType, IsOpenMetrics) = (contentType, isOpenMetrics);

    /// <summary>What every scraper reads.</summary>
    public static ExpositionFormat Text { get; } = new("text/plain; version=0.0.4; charset=utf-8", false);

    /// <summary>With units and exemplars.</summary>
    public static ExpositionFormat OpenMetrics { get; } = new("application/openmetrics-text; version=1.0.0; charset=utf-8", true);

    /// <summary>The media type.</summary>
    public string ContentType { get; }

    /// <summary>True for OpenMetrics.</summary>
    public bool IsOpenMetrics { get; }

    /// <summary>What a request wants: OpenMetrics where it asks for that, and at least as much as for text.</summary>
    public static ExpositionFormat For(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return Text;
        }

        double openMetrics = 0, text = 0;
        foreach (var type in accepted)
        {
            var quality = type.Quality ?? 1;
            if (IsKnown(type))
            {
                openMetrics = Math.Max(openMetrics, quality);
            }
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            {
                text = Math.Max(text, quality);
            }
        }

        return openMetrics > 0 && openMetrics >= text ? OpenMetrics : Text;
    }

    private static bool IsKnown(MediaTypeHeaderValue type)
    {
        if (!type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var version = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value ?? default;
        return version.Length == 0 || version.Equals("1.0.0", StringComparison.Ordinal) || version.Equals("0.0.1", StringComparison.Ordinal);
    }
}
