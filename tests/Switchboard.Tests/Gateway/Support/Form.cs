namespace Switchboard.Tests.Gateway.Support;

/// <summary>Forms as text; their boundary is <c>b</c>.</summary>
internal static class Form
{
    public static string Of(params IEnumerable<string> parts) => string.Concat(parts.Select(part => $"--b\r\n{part}\r\n")) + "--b--\r\n";

    public static string Field(string name, string value) => $"Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}";

    public static string File(string name, string content) =>
        $"Content-Disposition: form-data; name=\"{name}\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n{content}";
}
