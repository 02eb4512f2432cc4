# A relative path means another file in another directory.
credentials=${GOOGLE_APPLICATION_CREDENTIALS:-}
case $credentials in
  '') ;;
  /*)
    if [ ! -f "$credentials" ] || [ ! -r "$credentials" ]; then
      fail "GOOGLE_APPLICATION_CREDENTIALS: there is no readable file $credentials"
    fi
    ;;
  *) fail "GOOGLE_APPLICATION_CREDENTIALS must be an absolute path, and is $credentials" ;;
esac
command -v gcloud >/dev/null || fail 'gcloud is not there: see https://cloud.google.com/sdk/docs/install'
