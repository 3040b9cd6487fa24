# Name the dresses on pictures: TRUTHER_URL=… TRUTHER_TOKEN=… Rscript identify.R PICTURE...
# install.packages(c("httr2", "jsonlite", "base64enc"))
library(httr2)

# req_retry waits as long as Retry-After says.
asked <- function(body, type) {
  request(Sys.getenv("TRUTHER_URL")) |>
    req_url_path_append("api", "v1", "identify") |>
    req_headers(Authorization = paste("Token", Sys.getenv("TRUTHER_TOKEN")), .redact = "Authorization") |>
    req_body_raw(body, type = type) |>
    req_retry(max_tries = 8, is_transient = \(answer) resp_status(answer) %in% c(429, 503)) |>
    req_timeout(60) |>
    req_perform()
}

# One picture, as it is.
identify <- function(picture) {
  bytes <- readBin(picture, "raw", file.size(picture))
  asked(bytes, "image/jpeg") |> resp_body_json()
}

# At most 1,000 pictures: a result for each, in order. One with a `detail` has no answer.
identify_many <- function(pictures) {
  lines <- vapply(pictures, \(picture) {
    item <- list(id = picture, image = base64enc::base64encode(picture))
    as.character(jsonlite::toJSON(item, auto_unbox = TRUE))
  }, character(1))
  answer <- asked(paste(lines, collapse = "\n"), "application/x-ndjson") |> resp_body_string()
  lapply(strsplit(trimws(answer), "\n")[[1]], jsonlite::fromJSON, simplifyVector = FALSE)
}

pictures <- commandArgs(trailingOnly = TRUE)
results <- if (length(pictures) == 1) list(identify(pictures)) else identify_many(pictures)
for (result in results) cat(jsonlite::toJSON(result, auto_unbox = TRUE), "\n")
