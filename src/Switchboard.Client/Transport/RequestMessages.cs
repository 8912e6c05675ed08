using System.Reflection;

namespace Switchboard.Client.Transport;

/// <summary>Makes the HTTP request of one attempt.</summary>
internal static class RequestMessages
{
    private static readonly string s_agent = $"Switchboard.Client/{typeof(RequestMessages).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";

    public static async ValueTask<HttpRequestMessage> CreateAsync(ApiCall call, int attempt, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var message = new HttpRequestMessage(MethodOf(request.Operation.Method), call.Address) { Content = call.Body?.CreateContent() };
        var headers = message.Headers;
        headers.TryAddWithoutValidation("Accept", call.Accept);
        headers.TryAddWithoutValidation("User-Agent", s_agent);
        if (request.Operation.BetaHeader is { } beta)
        {
            headers.TryAddWithoutValidation("OpenAI-Beta", beta);
        }

        // The name that the API's own clients use: servers know to count it.
        headers.TryAddWithoutValidation("X-Stainless-Retry-Count", attempt switch { 0 => "0", 1 => "1", _ => attempt.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        Add(message, "OpenAI-Organization", call.Client.Organization);
        Add(message, "OpenAI-Project", call.Client.Project);
        Add(message, "Idempotency-Key", call.Options.IdempotencyKey);
        await call.Endpoint.AuthenticateAsync(message, request.Operation, cancellationToken).ConfigureAwait(false);
        foreach (var (name, value) in call.Client.Headers)
        {
            Replace(message, name, value);
        }

        foreach (var (name, value) in call.Options.Headers)
        {
            Replace(message, name, value);
        }

        foreach (var (name, value) in call.Options.AddedHeaders)
        {
            Add(message, name, value);
        }

        return message;
    }

    private static HttpMethod MethodOf(string method) => method switch
    {
        "GET" => HttpMethod.Get,
        "POST" => HttpMethod.Post,
        "DELETE" => HttpMethod.Delete,
        _ => new HttpMethod(method),
    };

    private static void Replace(HttpRequestMessage message, string name, string? value)
    {
        // One of the two collections refuses the name: it is the other's.
        if (!Remove(message.Headers, name) && message.Content is { } content)
        {
            Remove(content.Headers, name);
        }

        Add(message, name, value);
    }

    private static bool Remove(System.Net.Http.Headers.HttpHeaders headers, string name)
    {
        try
        {
            return headers.Remove(name);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException($"The value for the header {name} holds a line break.", nameof(name));
        }

        if (!message.Headers.TryAddWithoutValidation(name, value) && message.Content?.Headers.TryAddWithoutValidation(name, value) is false)
        {
            throw new ArgumentException($"'{name}' is no name of a header.", nameof(name));
        }
    }
}
