using System.Net;
using System.Text;
using Switchboard.Client;
using Switchboard.Client.Administration;

namespace Switchboard.Tests.Client.Resources;

/// <summary>A list over all pages asks for the next one as its operation wants, and ends where nothing says how.</summary>
public sealed class CursorTests
{
    [Fact]
    public async Task The_last_id_of_a_page_is_where_the_next_starts() => Assert.Equal(
        ["limit=2", "limit=2&after=f-2", "limit=2&after=f-3"],
        await Queries(
            client => client.Files.ListAllAsync(new() { Limit = 2 }, cancellationToken: TestContext.Current.CancellationToken),
            """{"object":"list","data":[{"id":"f-1"},{"id":"f-2"}],"has_more":true,"first_id":"f-1","last_id":"f-2"}""",
            """{"object":"list","data":[{"id":"f-3"}],"has_more":true,"first_id":"f-3","last_id":"f-3"}""",
            """{"object":"list","data":[],"has_more":true,"first_id":"","last_id":"f-3"}"""));

    [Fact]
    public async Task The_id_of_the_last_item_is_where_the_next_page_starts() => Assert.Equal(
        ["", "after=j-1"],
        await Queries(
            client => client.FineTuning.Jobs.ListAllAsync(cancellationToken: TestContext.Current.CancellationToken),
            """{"object":"list","data":[{"id":"j-1"}],"has_more":true}""",
            """{"object":"list","data":[],"has_more":true}"""));

    [Fact]
    public async Task The_next_cursor_of_a_page_is_where_the_next_starts() => Assert.Equal(
        ["", "after=n-1"],
        await Queries(
            client => client.Admin.Groups.ListAllAsync(cancellationToken: TestContext.Current.CancellationToken),
            """{"object":"list","data":[{"id":"g-1"}],"has_more":true,"next":"n-1"}""",
            """{"object":"list","data":[{"id":"g-2"}],"has_more":true,"next":null}"""));

    [Fact]
    public async Task The_next_page_is_asked_for_by_its_name() => Assert.Equal(
        ["start_time=86400", "start_time=86400&page=p-1"],
        await Queries(
            client => client.Admin.Costs.ListAllAsync(new CostListQuery { StartTime = DateTimeOffset.UnixEpoch.AddDays(1) }, cancellationToken: TestContext.Current.CancellationToken),
            """{"object":"page","data":[{"object":"bucket"}],"has_more":true,"next_page":"p-1"}""",
            """{"object":"page","data":[{"object":"bucket"}],"has_more":false,"next_page":null}"""));

    /// <summary>The queries that reading the whole list sends.</summary>
    private static async Task<List<string>> Queries<T>(Func<SwitchboardClient, IAsyncEnumerable<T>> list, params string[] pages)
    {
        using var handler = new PageHandler(pages);
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-test", AdminApiKey = "sk-admin", ReadsEnvironment = false, BaseUrl = new Uri("http://localhost/v1"), HttpHandler = handler, MaxRetries = 0 });
        await foreach (var _ in list(client))
        {
        }

        return handler.Queries;
    }

    /// <summary>Answers with a page after the other.</summary>
    private sealed class PageHandler(string[] pages) : HttpMessageHandler
    {
        public List<string> Queries { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var page = pages[Queries.Count];
            Queries.Add(request.RequestUri!.Query.TrimStart('?'));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(page, Encoding.UTF8, "application/json") });
        }
    }
}
