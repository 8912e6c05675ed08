using Switchboard.Gateway.Requests.Forms;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Requests.Forms;

public sealed class WholeFormTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1024)]
    [InlineData(4)]
    public async Task A_form_that_is_read_whole_is_there_for_nobody_else(int most)
    {
        var body = new MemoryBody("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n");

        var (form, _) = await WholeForm.ReadAsync(body, most, Token);

        Assert.True(body.IsBegun);
        Assert.Equal(most > 4 ? "x" : null, form?.Text("a"));
    }
}
