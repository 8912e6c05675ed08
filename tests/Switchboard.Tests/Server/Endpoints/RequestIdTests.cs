using System.Globalization;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("abc-123")]
    [InlineData("!~")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public async Task A_sound_id_is_kept(string id) => Assert.Equal(id, await AnswerIdAsync(id));

    [Theory]
    [InlineData("two words")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Anything_else_is_replaced_by_a_new_one(string? id)
    {
        var answer = await AnswerIdAsync(id);

        Assert.Equal(7, Guid.Parse(answer, CultureInfo.InvariantCulture).Version);
        Assert.NotEqual(answer, await AnswerIdAsync(id));
    }

    private static async Task<string> AnswerIdAsync(string? id)
    {
        await using var gateway = await ServedGateway.StartAsync();
        if (id is not null)
        {
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation("x-request-id", id);
        }

        using var response = await gateway.Client.GetAsync("/v1/nothing", TestContext.Current.CancellationToken);
        return Assert.Single(response.Headers.GetValues("x-request-id"));
    }
}
