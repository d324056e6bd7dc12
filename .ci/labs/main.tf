resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  tags          = { owner = "team-web" }
}

resource "aws_s3_bucket" "logs" {
  bucket = "dev-logs"
}
