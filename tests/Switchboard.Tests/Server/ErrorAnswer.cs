using System.Text.Json;

namespace Switchboard.Tests.Server;

/// <summary>The error body of an answer, read strictly: exactly the four members.</summary>
internal sealed record ErrorAnswer(int Status, string Message, string Type, string? Param, string? Code)
{
    public static async Task<ErrorAnswer> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = Assert.Single(json.RootElement.EnumerateObject()).Value;
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        return new ErrorAnswer(
            (int)response.StatusCode,
            error.GetProperty("message").GetString()!,
            error.GetProperty("type").GetString()!,
            error.GetProperty("param").GetString(),
            error.GetProperty("code").GetString());
    }
}
